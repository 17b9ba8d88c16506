import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { closedPort } from '../support/hostile-store.ts';
import { jsonPost } from '../support/post.ts';
import { tempDir } from '../support/temp-dir.ts';

// The program itself, as `npm start` runs it, on free ports.

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

test('reports all configuration errors at once, without values', async () => {
  const { output, ended } = start({
    HOST: '0.0.0.0',
    PORT: 'http',
    LOG_LEVEL: 'loud',
    BIGCOMMERCE_ACCESS_TOKEN: 'a-secret token',
  });
  expect(await ended).toBe(1);
  expect(output()).toBe(
    `PORT is not a whole number
LOG_LEVEL is not one of: debug, info, warn, error, silent
BIGCOMMERCE_STORE_HASH is missing, although BIGCOMMERCE_ACCESS_TOKEN is set; set both for a real store, neither for the sandbox
BIGCOMMERCE_ACCESS_TOKEN contains characters that a token cannot have

graphql-for-bigcommerce-customers start --help explains the variables
`,
  );
});

test('does not start with a real store unless authentication is configured or GATEWAY_AUTH=none is set', async () => {
  const store = { BIGCOMMERCE_STORE_HASH: 'abc', BIGCOMMERCE_ACCESS_TOKEN: 'secret' };
  const closed = start(store);
  expect(await closed.ended).toBe(1);
  expect(closed.output()).toMatch(/^GATEWAY_AUTH is not set/);
  const open = start({ ...store, GATEWAY_AUTH: 'none', HOST: '0.0.0.0' });
  expect(await open.ended).toBe(1);
  expect(open.output()).toMatch(/^GATEWAY_AUTH=none gives every caller access to a real store/);
});

// Four processes in a row can be slow on a busy machine.
test('authenticates API keys that npm run keys creates and revokes', {
  timeout: 90_000,
}, async () => {
  const GATEWAY_KEYS_FILE = join(await tempDir(), 'keys.json');
  const unready = start({ GATEWAY_KEYS_FILE });
  expect(await unready.ended).toBe(1);
  expect(unready.output()).toBe(`${GATEWAY_KEYS_FILE} does not exist\n`);

  const created = start({ GATEWAY_KEYS_FILE }, ['keys', 'create', '--name=shop', '--scopes=customers:read']);
  expect(await created.ended).toBe(0);
  const [key = ''] = /gfbc_\S+/.exec(created.output()) ?? [];
  const gateway = start({ GATEWAY_KEYS_FILE, LOG_LEVEL: 'debug' });
  const url = await gateway.url();
  expect(await execute(url)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect(await execute(url, key)).toMatchObject({
    data: { customers: { nodes: [{ entityId: 1 }, { entityId: 2 }] } },
  });

  await start({ GATEWAY_KEYS_FILE }, ['keys', 'revoke', 'shop']).ended;
  await vi.waitUntil(async () => 'errors' in (await execute(url, key)), { timeout: 10_000, interval: 100 });
  expect(gateway.output()).not.toContain(key.slice(5));
});

test('npm run keys prints a token of a shopper, which the gateway accepts', { timeout: 90_000 }, async () => {
  const keys = start({}, ['keys', 'shopper-key']);
  expect(await keys.ended).toBe(0);
  const withKeys = { SHOPPER_TOKEN_KEYS: keys.output().trim() };
  // With the keys of the run the command asks the gateway; with those that are configured it signs itself.
  for (const environment of [{}, withKeys]) {
    const gateway = start(environment);
    const url = await gateway.url();
    const { port } = new URL(url);
    const printed = start({ ...environment, PORT: port }, ['keys', 'shopper', '--customer', '33']);
    expect(await printed.ended).toBe(0);
    const [token = ''] = /^eyJ\S+$/m.exec(printed.output()) ?? [];
    const query = '{ viewer { kind customer { entityId } } }';
    const response = await fetch(`${url}/graphql`, jsonPost({ query }, { authorization: `Bearer ${token}` }));
    expect(await response.json()).toMatchObject({
      data: { viewer: { kind: 'SHOPPER', customer: { entityId: 33 } } },
    });
    expect(gateway.output()).not.toContain(token);
  }
  const nowhere = start({ PORT: String(await closedPort()) }, ['keys', 'shopper', '--customer', '33']);
  expect(await nowhere.ended).toBe(1);
  expect(nowhere.output()).toMatch(/^no gateway answers at http:/);
});

test('starts without its identity provider if it has API keys, says so, and serves them', async () => {
  const GATEWAY_KEYS_FILE = join(await tempDir(), 'keys.json');
  const created = start({ GATEWAY_KEYS_FILE }, [
    'keys',
    'create',
    '--name=shop',
    '--scopes=customers:read,metrics:read',
  ]);
  expect(await created.ended).toBe(0);
  const [key = ''] = /gfbc_\S+/.exec(created.output()) ?? [];
  const issuer = `http://127.0.0.1:${await closedPort()}/`;
  const provider = { OIDC_ISSUER: issuer, OIDC_AUDIENCE: 'gateway' };

  const alone = start(provider);
  expect(await alone.ended).toBe(1);
  expect(alone.output()).toMatch(/^OIDC_ISSUER has no readable/);

  const gateway = start({ ...provider, GATEWAY_KEYS_FILE });
  const url = await gateway.url();
  expect(await execute(url, key)).toMatchObject({ data: { customers: {} } });
  const ready = await fetch(`${url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'degraded', reasons: ["the OpenID provider's keys cannot be read"], limits: [] },
  ]);
  const token = `${btoa('{"alg":"RS256"}')}.${btoa(JSON.stringify({ iss: issuer }))}.x`.replaceAll('=', '');
  const response = await fetch(
    `${url}/graphql`,
    jsonPost({ query: '{ viewer { __typename } }' }, { authorization: `Bearer ${token}` }),
  );
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  expect(gateway.output()).toContain("the OpenID provider's JWKS cannot be read");
  const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  expect(await metrics.text()).toContain('gateway_provider_keys_unreadable 1');
});

test('starts while the store is down, says so, and is not ready', async () => {
  const gateway = start({
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN: 'secret',
    BIGCOMMERCE_API_URL: `http://127.0.0.1:${await closedPort()}/v3`,
    GATEWAY_AUTH: 'none',
  });
  const url = await gateway.url();
  await vi.waitUntil(() => gateway.output().includes('the store does not answer'), { timeout: 10_000 });
  expect(gateway.output()).toContain('"cause":"ECONNREFUSED","msg":"upstream failure"');
  const ready = await fetch(`${url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not ready', reasons: ['the store cannot be reached'], limits: [] },
  ]);
});

test('uses a changed access token and a changed list of documents without a restart', async () => {
  const dir = await tempDir();
  const tokens: unknown[] = [];
  const store = createServer((request, response) => {
    tokens.push(request.headers['x-auth-token']);
    response.end(JSON.stringify({ data: [{ id: 7 }] }));
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void store.close());
  const files = { token: join(dir, 'token'), documents: join(dir, 'documents.json') };
  await writeFile(files.token, 'old-token\n');
  await writeFile(files.documents, '{}');
  const gateway = start({
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN_FILE: files.token,
    BIGCOMMERCE_API_URL: `http://127.0.0.1:${(store.address() as AddressInfo).port}/v3`,
    GATEWAY_AUTH: 'none',
    TRUSTED_DOCUMENTS: files.documents,
  });
  const url = await gateway.url();
  const run = async (body: object) =>
    (await (await fetch(`${url}/graphql`, jsonPost(body))).json()) as object;

  await execute(url);
  expect(new Set(tokens)).toEqual(new Set(['old-token']));
  await writeFile(files.token, 'new-token');
  await vi.waitUntil(async () => (await execute(url)) && tokens.includes('new-token'), { timeout: 10_000 });

  expect(await run({ documentId: 'abc' })).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
  await writeFile(files.documents, '{"abc":"{ __typename }"}');
  await vi.waitUntil(async () => 'data' in (await run({ documentId: 'abc' })), { timeout: 10_000 });
  await writeFile(files.documents, '{"abc":"{ nope }"}');
  await vi.waitUntil(() => gateway.output().includes('the content read last stays in use'), {
    timeout: 10_000,
  });
  expect(await run({ documentId: 'abc' })).toEqual({ data: { __typename: 'Query' } });
  expect(gateway.output()).not.toMatch(/old-token|new-token/);
});

test('reports missing scopes of the store token at startup', async () => {
  const sandbox = await startSandbox({ quota: 0, customers: 20 });
  onTestFinished(() => sandbox.close());
  const gateway = start({
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN: 'sandbox-no-instruments',
    BIGCOMMERCE_API_URL: sandbox.url,
    GATEWAY_AUTH: 'none',
  });
  const url = await gateway.url();
  const limit =
    'reading stored instruments is forbidden (403): requires the scope store_stored_payment_instruments_read_only';
  await vi.waitUntil(() => gateway.output().includes(limit), { timeout: 10_000 });
  expect(sandbox.requests.list().map(({ path }) => path.replace(/\d+/, 'n'))).toEqual([
    '/customers',
    '/customers/n/stored-instruments',
    '/customers/settings',
  ]);
  const ready = await fetch(`${url}/health/ready`);
  expect(await ready.json()).toEqual({ status: 'ready', reasons: [], limits: [limit] });
});

test('exits if its port is taken, even with a running sandbox', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const { output, ended } = start({ PORT: String(port) });
  expect(await ended).toBe(1);
  expect(output()).toBe(`port ${port} is in use: set PORT to another one\n`);
  const sandbox = start({ SANDBOX_PORT: String(port) });
  expect(await sandbox.ended).toBe(1);
  expect(sandbox.output()).toBe(`port ${port} is in use: set SANDBOX_PORT to another one\n`);
  taken.close();
});

test('says that HOST is at fault if it is no address of this machine', async () => {
  const { output, ended } = start({ HOST: '192.0.2.1' });
  expect(await ended).toBe(1);
  expect(output()).toBe('HOST is not an address of this machine (EADDRNOTAVAIL)\n');
});

test('finishes running operations on SIGTERM and accepts no new ones', async () => {
  const store = await startPausedStore();
  const gateway = start({
    BIGCOMMERCE_STORE_HASH: 'abc',
    BIGCOMMERCE_ACCESS_TOKEN: 'secret',
    BIGCOMMERCE_API_URL: store.url,
    GATEWAY_AUTH: 'none',
  });
  const url = await gateway.url();
  const answer = execute(url);
  const reply = await store.asked;
  gateway.stop();
  await waitUntilClosed(url);
  reply();
  expect(await answer).toEqual({ data: { customers: { nodes: [{ entityId: 7 }] } } });
  expect(await gateway.ended).toBe(0);
  expect(gateway.output()).not.toContain('secret');
  store.close();
});

test('writes JSON alone if standard output is not a terminal, with lines for the start and the stop', async () => {
  const gateway = start({ SANDBOX_TOKEN: 'canary0canary0canary0canary0' });
  const url = await gateway.url();
  await execute(url);
  gateway.stop();
  expect(await gateway.ended).toBe(0);
  const lines: { msg: string }[] = gateway
    .output()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ msg }) => msg)).toEqual(['started', 'listening', 'request', 'stopping', 'stopped']);
  expect(lines).toMatchObject([
    { config: { store: { kind: 'sandbox' }, operationMaxCalls: 500 } },
    { url: `${url}/graphql` },
    { operationType: 'query' },
    { reason: 'SIGTERM' },
    { durationMs: expect.any(Number) },
  ]);
  expect(gateway.output()).not.toContain('canary');
});

test('stops together with npm, whose shell does not forward signals', async () => {
  const shell = start({ npm_lifecycle_event: 'start' }, [], 'through a shell');
  const url = await shell.url();
  shell.stop();
  await waitUntilClosed(url);
});

function start(variables: Record<string, string>, args: readonly string[] = [], how?: 'through a shell') {
  const env = { PATH: process.env.PATH, PORT: '0', SANDBOX_PORT: '0', ...variables };
  // The second command prevents the shell from replacing itself with the first.
  const child = how
    ? spawn('sh', ['-c', `"${process.execPath}" src/main.ts; true`], { env })
    : spawn(process.execPath, ['src/main.ts', ...args], { env });
  running.push(child);
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = new Promise<string>((resolve) => {
    function hear(text: string): void {
      output += text;
      const [, address] = /(http:\S+)\/graphql/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    }
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
  });
  return { output: () => output, ended, url: () => url, stop: () => child.kill('SIGTERM') };
}

async function execute(url: string, key?: string): Promise<object> {
  const query = '{ customers(first: 2) { nodes { entityId } } }';
  const headers = { ...(key && { authorization: `Bearer ${key}` }) };
  const response = await fetch(`${url}/graphql`, jsonPost({ query }, headers));
  return (await response.json()) as object;
}

async function waitUntilClosed(url: string): Promise<void> {
  await vi.waitUntil(
    () =>
      fetch(`${url}/health/live`).then(
        () => false,
        () => true,
      ),
    { timeout: 10_000 },
  );
}

/** A store that holds back its first response until released. The scope checks at startup are answered at once. */
async function startPausedStore() {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<() => void>();
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (/\?limit=1$|settings/.test(request.url ?? '')) response.end('{"data":[]}');
    else onAsked(() => response.end('{"data":[{"id":7}],"meta":{"pagination":{"total":1}}}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v3`, asked, close: () => server.close() };
}
