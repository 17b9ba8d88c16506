import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectionFindings } from '../../src/cli/doctor/connection.ts';
import { diagnose } from '../../src/cli/doctor/index.ts';
import { report } from '../../src/cli/doctor/report.ts';
import { parseConfig } from '../../src/config/index.ts';
import { GatewayError } from '../../src/errors.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { closedPort, respondWith, startHostileStore } from '../support/hostile-store.ts';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import { findRedisForTest, startRedis } from '../support/redis-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runLine } from './support/run-line.ts';

const WEBHOOK_URL = 'https://gateway.example/webhooks';
const WEBHOOK_SECRET = 'a-secret-of-webhooks-0123456789abcdef';
const HOOK_SCOPES = ['store/customer/*', 'store/metafield/*', 'store/hook/deliveryException'];

/** A machine that is busy is no slow store. */
const NEVER_SLOW = Number.POSITIVE_INFINITY;

async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ customers: 3, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

const variablesOf = ({ url, token }: Pick<Sandbox, 'url' | 'token'>) => ({
  BIGCOMMERCE_STORE_HASH: 'sandbox',
  BIGCOMMERCE_ACCESS_TOKEN: token,
  BIGCOMMERCE_API_URL: url,
  GATEWAY_AUTH: 'none',
});

/** Lets the doctor examine a store. Returns its lines by check, and what was found. */
async function examine(
  variables: Readonly<Record<string, string>>,
  options: { now?: () => number; slowMs?: number; environment?: Record<string, string> } = {},
) {
  const parsed = parseConfig(variables);
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  const found = await diagnose({
    config: parsed.config,
    environment: {},
    slowMs: NEVER_SLOW,
    ...options,
  });
  const { output, failed } = report(found);
  const lines = new Map(found.findings.map(({ check }, i) => [check, output[i] ?? '']));
  return {
    line: (check: string) => lines.get(check),
    states: statesOf(found.findings),
    failed,
    fields: found.fields,
  };
}

function statesOf(findings: readonly { readonly check: string; readonly state: string }[]) {
  return Object.fromEntries(findings.map(({ check, state }) => [check, state]));
}

function findingsOf(status: number | null, error: GatewayError) {
  const answer = { value: null, error, status, headers: {}, durationMs: 1, endedAt: 0 };
  const apiUrl = 'https://api.example/stores/abc/v3';
  return connectionFindings(answer, { apiUrl, hash: 'abc', timeoutMs: 1, proxyVariables: [] });
}

/** All that arrived at the store were reads. */
function expectReadsOnly(sandbox: Sandbox): void {
  const methods = sandbox.requests.list().map(({ method }) => method);
  expect(methods.filter((method) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  expect(methods.length).toBeLessThanOrEqual(4);
}

test('finds nothing wrong with a store that works', async () => {
  const hooks = HOOK_SCOPES.map((scope) => ({
    scope,
    destination: WEBHOOK_URL,
    headers: { 'X-Webhook-Secret': WEBHOOK_SECRET },
  }));
  const sandbox = await sandboxWith({ webhooks: { hooks } });
  const { states, failed, fields, line } = await examine({
    ...variablesOf(sandbox),
    WEBHOOK_URL,
    WEBHOOK_SECRET,
    CACHE_MAX_AGE: '60',
  });
  expect(failed).toBe(false);
  expect(states).toEqual({
    'API address': 'ok',
    'redirects and proxies': 'ok',
    token: 'ok',
    'scope for reading customers': 'ok',
    'scope for reading settings': 'ok',
    'scope for reading stored instruments': 'ok',
    'scope for writing': 'unknown',
    quota: 'ok',
    latency: 'ok',
    clock: 'ok',
    webhooks: 'ok',
    Redis: 'off',
    'keys file': 'notice',
    'identity provider': 'off',
  });
  expect(line('quota')).toMatch(/^ok +quota: 146 of 150 calls are left in the window of 30 s$/);
  expect(line('scope for writing')).toMatch(/only a write would show it.*store_v2_customers$/);
  expect(fields?.works).toContain('Query.customers');
  expect(fields?.works).toContain('Customer.storedInstruments');
  expect(fields?.unknown).toContain('Mutation.updateCustomers');
  expect(fields?.fails).toEqual([]);
  expect(sandbox.requests.list()).toHaveLength(4);
  expectReadsOnly(sandbox);
});

describe('names in one line what is wrong, and what to do', () => {
  test('without the scope for stored instruments', async () => {
    const sandbox = await sandboxWith();
    const { line, failed, fields } = await examine({
      ...variablesOf(sandbox),
      BIGCOMMERCE_ACCESS_TOKEN: 'sandbox-no-instruments',
    });
    expect(failed).toBe(true);
    expect(line('scope for reading stored instruments')).toBe(
      'wrong   scope for reading stored instruments: reading stored instruments is forbidden (403): give the API account the scope store_stored_payment_instruments_read_only, and use the token of the changed account',
    );
    expect(fields?.fails).toEqual(['Customer.storedInstruments', 'Query.customerStoredInstruments']);
    expect(fields?.works).toContain('Query.customers');
    expectReadsOnly(sandbox);
  });

  test('without the scope for customers', async () => {
    const account = { clientId: 'payments', scopes: ['store_stored_payment_instruments_read_only'] } as const;
    const sandbox = await sandboxWith({ tokens: { 'only-instruments-token': account } });
    const { line, states, failed, fields } = await examine({
      ...variablesOf(sandbox),
      BIGCOMMERCE_ACCESS_TOKEN: 'only-instruments-token',
    });
    expect(failed).toBe(true);
    expect(line('scope for reading customers')).toMatch(/^wrong .*store_v2_customers_read_only/);
    expect(states).toMatchObject({ token: 'ok', 'scope for writing': 'wrong' });
    expect(fields?.fails).toContain('Query.customers');
    expect(fields?.fails).toContain('Mutation.updateCustomers');
    expectReadsOnly(sandbox);
  });

  test('with a token that only reads, whose missing write scope cannot be seen', async () => {
    const sandbox = await sandboxWith();
    const { states, failed } = await examine({
      ...variablesOf(sandbox),
      BIGCOMMERCE_ACCESS_TOKEN: 'sandbox-read-only',
    });
    expect([failed, states['scope for writing']]).toEqual([false, 'unknown']);
    expectReadsOnly(sandbox);
  });

  test('with a wrong token, after a single call', async () => {
    const sandbox = await sandboxWith();
    const { line, states, failed, fields } = await examine({
      ...variablesOf(sandbox),
      BIGCOMMERCE_ACCESS_TOKEN: 'not-the-token-of-this-store',
    });
    expect(failed).toBe(true);
    expect(line('token')).toBe(
      'wrong   token: the store rejects BIGCOMMERCE_ACCESS_TOKEN (401): create an API account and use its token',
    );
    expect(states).toMatchObject({
      'API address': 'ok',
      'scope for reading customers': 'unknown',
      webhooks: 'off',
    });
    expect(fields?.works).not.toContain('Query.customers');
    expect(sandbox.requests.list()).toHaveLength(1);
    expectReadsOnly(sandbox);
  });

  test('with a wrong store hash, which no missing scope explains', async () => {
    const sandbox = await sandboxWith();
    const { line, states, failed } = await examine({
      ...variablesOf(sandbox),
      BIGCOMMERCE_STORE_HASH: 'another',
      BIGCOMMERCE_API_URL: sandbox.url.replace('/sandbox/', '/another/'),
    });
    expect(failed).toBe(true);
    expect(line('token')).toBe(
      'wrong   token: the token may read nothing of this store (403): BIGCOMMERCE_STORE_HASH is not the store of its API account',
    );
    expect(states['scope for reading customers']).toBe('unknown');
    expectReadsOnly(sandbox);
  });

  test('with an address that contains another store hash', async () => {
    const sandbox = await sandboxWith();
    const { line } = await examine({ ...variablesOf(sandbox), BIGCOMMERCE_STORE_HASH: 'another' });
    expect(line('API address')).toMatch(/^wrong .*another store hash than BIGCOMMERCE_STORE_HASH/);
  });

  test('with an exhausted quota', async () => {
    const sandbox = await sandboxWith({ quota: 20 });
    sandbox.consumeQuota(20);
    const { line, states, failed } = await examine(variablesOf(sandbox));
    expect(failed).toBe(true);
    expect(line('quota')).toMatch(
      /^wrong +quota: 0 of 20 calls are left in the window of 30 s; the next begins in \d+ s: another app or gateway uses the quota$/,
    );
    expect(states).toMatchObject({ token: 'unknown', 'scope for reading customers': 'unknown' });
    expect(sandbox.requests.list()).toHaveLength(1);
    expectReadsOnly(sandbox);
  });

  test('with a host where nothing listens', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/stores/sandbox/v3`;
    const { line, states, failed } = await examine(variablesOf({ url, token: 'some-token' }));
    expect(failed).toBe(true);
    expect(line('API address')).toMatch(
      /^wrong +API address: http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\): check BIGCOMMERCE_API_URL/,
    );
    expect(states).toMatchObject({
      token: 'unknown',
      quota: 'unknown',
      latency: 'unknown',
      clock: 'unknown',
    });
  });

  test.each([
    ['has a name that does not exist', 'ENOTFOUND', 'check BIGCOMMERCE_API_URL and the DNS of this machine'],
    ['has a certificate that is not trusted', 'SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['fails otherwise', 'a code\u001b[2J', 'cannot be reached (no code)'],
  ])('with a host that %s', (_name, code, advice) => {
    const [address] = findingsOf(null, new GatewayError('UPSTREAM_UNAVAILABLE', '', {}, { code }));
    expect(address).toMatchObject({ state: 'wrong', message: expect.stringContaining(advice) });
  });

  test.each([
    [404, 'BIGCOMMERCE_API_URL ends with /stores/{hash}/v3'],
    [407, 'refuses a read with 407'],
    [422, 'refuses a read with 422'],
    [503, 'it is down or suspended'],
  ])('with a host that answers with %i', (status, advice) => {
    const [address] = findingsOf(status, new GatewayError('UPSTREAM_REJECTED', ''));
    expect(address).toMatchObject({ state: 'wrong', message: expect.stringContaining(advice) });
  });

  test('with a host that never answers', async () => {
    const sandbox = await sandboxWith();
    sandbox.faults.set([{ fault: { kind: 'hang' } }]);
    const { line, failed } = await examine({ ...variablesOf(sandbox), UPSTREAM_TIMEOUT_MS: '50' });
    expect(failed).toBe(true);
    expect(line('API address')).toMatch(/^wrong .*did not answer in 50 ms/);
    expectReadsOnly(sandbox);
  });

  test('with a host whose answer does not end in time', async () => {
    const sandbox = await sandboxWith();
    sandbox.faults.set([{ fault: { kind: 'drip', bytes: 1, everyMs: 1_000 } }]);
    const { line, failed } = await examine({ ...variablesOf(sandbox), UPSTREAM_TIMEOUT_MS: '200' });
    expect([failed, line('API address')]).toEqual([
      true,
      expect.stringMatching(/^wrong .*did not answer in 200 ms/),
    ]);
    expectReadsOnly(sandbox);
  });

  test('with an endpoint that fails, which says nothing about its scope', async () => {
    const sandbox = await sandboxWith();
    sandbox.faults.set([
      { operations: ['getCustomerStoredInstruments'], fault: { kind: 'status', status: 502 } },
    ]);
    const { line, fields } = await examine(variablesOf(sandbox));
    expect(line('scope for reading stored instruments')).toMatch(
      /^unknown .*The store answered GET \/customers\/\d+\/stored-instruments with 502.*; it needs store_stored/,
    );
    expect(fields?.unknown).toContain('Customer.storedInstruments');
    expectReadsOnly(sandbox);
  });

  test('with a slow host', async () => {
    const sandbox = await sandboxWith({ latencyMs: 30 });
    const { line, failed } = await examine(variablesOf(sandbox), { slowMs: 25 });
    expect(failed).toBe(true);
    expect(line('latency')).toMatch(/^wrong +latency: \d+ ms for a read is slow: run the gateway nearer/);
    expectReadsOnly(sandbox);
  });

  test.each([
    [-600_000, 'behind'],
    [600_000, 'ahead of'],
  ])('with a clock that is off by %i ms', async (offsetMs, direction) => {
    const sandbox = await sandboxWith();
    const { line, failed } = await examine(variablesOf(sandbox), { now: () => Date.now() + offsetMs });
    expect(failed).toBe(true);
    expect(line('clock')).toBe(
      `wrong   clock: this machine is 10 minutes ${direction} the store: synchronize it (NTP), or tokens and webhooks are refused`,
    );
    expectReadsOnly(sandbox);
  });

  test('with a webhook that is switched off', async () => {
    const sandbox = await sandboxWith();
    const headers = { 'x-auth-token': sandbox.token, 'content-type': 'application/json' };
    for (const [i, scope] of HOOK_SCOPES.entries()) {
      const body = JSON.stringify({
        scope,
        destination: WEBHOOK_URL,
        is_active: i !== 1,
        headers: { 'X-Webhook-Secret': WEBHOOK_SECRET },
      });
      await fetch(`${sandbox.url}/hooks`, { method: 'POST', headers, body });
    }
    sandbox.requests.clear();
    const { line, failed } = await examine({
      ...variablesOf(sandbox),
      WEBHOOK_URL,
      WEBHOOK_SECRET,
      CACHE_MAX_AGE: '60',
    });
    expect(failed).toBe(true);
    expect(line('webhooks')).toBe(
      'wrong   webhooks: store/metafield/* is switched off: graphql-for-bigcommerce-customers webhooks register repairs it',
    );
    expectReadsOnly(sandbox);
  });
});

describe('a proxy in front of the store', () => {
  async function examineBehind(behaviour: Parameters<typeof startHostileStore>[1]) {
    const store = await startHostileStore({}, behaviour);
    onTestFinished(() => store.close());
    const found = await examine({
      ...variablesOf({ url: store.url, token: 'some-token' }),
      BIGCOMMERCE_STORE_HASH: 'hostile',
    });
    expect(store.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
    return found.line('redirects and proxies');
  }

  test('is seen by a redirect, whose path is not shown', async () => {
    const line = await examineBehind(respondWith(301, { Location: 'https://other.example/secret' }, ''));
    expect(line).toBe(
      'wrong   redirects and proxies: the answer is a redirect (301) to https://other.example: redirects are not followed, so set BIGCOMMERCE_API_URL to the target',
    );
  });

  test('is seen by a page in place of JSON', async () => {
    const line = await examineBehind(
      respondWith(200, { 'Content-Type': 'text/html' }, '<html>Sign in</html>'),
    );
    expect(line).toMatch(/^wrong .*not that of the REST API \(text\/html\)/);
  });

  test.each([
    ['is empty', ''],
    ['is other JSON', '{"login":true}'],
  ])('is seen by an answer that %s', async (_name, body) => {
    const line = await examineBehind(respondWith(200, { 'Content-Type': 'application/json' }, body));
    expect(line).toMatch(/^wrong .*not that of the REST API/);
  });

  test('is seen by its headers', async () => {
    const line = await examineBehind(respondWith(200, { Via: '1.1 cache', Age: '7' }, '{"data":[]}'));
    expect(line).toMatch(/^notice .*in between \(via, age\)/);
  });

  test('that only the environment names is not used', async () => {
    const sandbox = await sandboxWith();
    const environment = { HTTPS_PROXY: 'http://user:password@proxy.example' };
    const { line, failed } = await examine(variablesOf(sandbox), { environment });
    expect(failed).toBe(false);
    expect(line('redirects and proxies')).toBe(
      'notice  redirects and proxies: HTTPS_PROXY is set, but the gateway calls the store directly',
    );
  });
});

describe('Redis', () => {
  const variables = (redisUrl: string) => ({
    REDIS_URL: redisUrl,
    REDIS_ENCRYPTION_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
    GATEWAY_HASH_KEY: 'a-hash-key-of-all-replicas-0123456789abcdef',
  });

  test('that is away is wrong, and its address is not shown', async () => {
    const { line, failed } = await examine(variables(`redis://:a-password@127.0.0.1:${await closedPort()}`));
    expect(failed).toBe(true);
    expect(line('Redis')).toMatch(/^wrong +Redis: it cannot be used \(ECONNREFUSED\): check REDIS_URL/);
    expect(line('Redis')).not.toContain('a-password');
  });

  const path = findRedisForTest('the doctor and Redis');
  test.skipIf(path === null)('that answers is ok, and one that refuses the password is wrong', async () => {
    const redis = await startRedis(path ?? '', 'a-password');
    onTestFinished(() => redis.stop());
    expect((await examine(variables(redis.url))).line('Redis')).toMatch(/^ok +Redis: it answers$/);
    const refused = await examine(variables(redis.url.replace('a-password', 'another')));
    expect(refused.line('Redis')).toMatch(/^wrong +Redis: it cannot be used \(WRONGPASS\)/);
  });
});

describe('the keys file', () => {
  test.each([
    ['is missing', null, /^wrong .*does not exist: graphql-for-bigcommerce-customers keys create writes it$/],
    ['is not a key file', 'my shopping list', /^wrong .*is not JSON$/],
    ['contains no keys', '{"keys":[]}', /^wrong .*contains no keys/],
  ])('that %s is wrong', async (_name, text, line) => {
    const file = join(await tempDir(), 'keys.json');
    if (text !== null) await writeFile(file, text);
    const found = await examine({ GATEWAY_KEYS_FILE: file });
    expect([found.failed, found.line('keys file')]).toEqual([true, expect.stringMatching(line)]);
  });

  test('that is valid is ok', async () => {
    const file = join(await tempDir(), 'keys.json');
    await runLine(`keys create --name shop --scopes customers:read --file ${file}`);
    expect((await examine({ GATEWAY_KEYS_FILE: file })).line('keys file')).toBe('ok      keys file: 1 key');
  });
});

test('says whether the keys of the identity provider can be read', async () => {
  const provider = await startOpenIdProvider();
  onTestFinished(() => provider.close());
  const variables = { OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: 'gateway' };
  expect((await examine(variables)).line('identity provider')).toMatch(/^ok .*its keys can be read$/);
  provider.override('<html>', 502);
  const found = await examine(variables);
  expect([found.failed, found.line('identity provider')]).toEqual([
    true,
    expect.stringMatching(/^wrong +identity provider: OIDC_ISSUER has no readable/),
  ]);
});

describe('the command', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ customers: 3 });
    for (const [name, value] of Object.entries(variablesOf(sandbox))) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await sandbox.close();
  });

  test('prints the findings as JSON, and exits with 1 if something is wrong', async () => {
    vi.stubEnv('BIGCOMMERCE_ACCESS_TOKEN', 'sandbox-no-instruments');
    const { output, messages, exitCode } = await runLine('doctor --json');
    expect([exitCode, messages]).toEqual([1, []]);
    const { findings, fields } = JSON.parse(output.join('\n'));
    expect(findings).toContainEqual({ check: 'token', state: 'ok', message: 'the store accepts it' });
    expect(fields.fails).toEqual(['Customer.storedInstruments', 'Query.customerStoredInstruments']);
    expect(output.join('\n')).not.toContain('sandbox-no-instruments');
    expectReadsOnly(sandbox);
  });

  test('ends with the fields of the schema that work, that do not, and that may', async () => {
    vi.stubEnv('BIGCOMMERCE_ACCESS_TOKEN', 'sandbox-no-instruments');
    const { output } = await runLine('doctor');
    expect(output.slice(-3)).toEqual([
      expect.stringMatching(/^ok +fields that work: .*Query\.customers,/),
      'wrong   fields that do not work: Customer.storedInstruments, Query.customerStoredInstruments',
      expect.stringMatching(/^unknown +fields that may work: .*Mutation\.updateCustomers/),
    ]);
  });

  test('says that no store is configured, and what the configuration lacks', async () => {
    vi.stubEnv('BIGCOMMERCE_STORE_HASH', '');
    const incomplete = await runLine('doctor');
    expect([incomplete.exitCode, incomplete.messages]).toEqual([1, []]);
    expect(incomplete.output[0]).toMatch(/^wrong +configuration: BIGCOMMERCE_STORE_HASH is missing/);
    for (const name of ['BIGCOMMERCE_ACCESS_TOKEN', 'BIGCOMMERCE_API_URL', 'GATEWAY_AUTH'])
      vi.stubEnv(name, '');
    const { output, exitCode } = await runLine('doctor');
    expect(exitCode).toBe(0);
    expect(output[0]).toMatch(/^notice +store: no store is configured/);
    expect(sandbox.requests.list()).toEqual([]);
  });
});
