import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { closedPort } from '../support/hostile-store.ts';
import { runLine } from './support/run-line.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ customers: 1 });
  for (const [name, value] of Object.entries({
    BIGCOMMERCE_STORE_HASH: 'sandbox',
    BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
    BIGCOMMERCE_API_URL: sandbox.url,
    GATEWAY_AUTH: 'none',
    WEBHOOK_URL: 'https://gateway.example/webhooks',
    WEBHOOK_SECRET: 'a-secret-of-webhooks-0123456789abcdef',
  }))
    vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
});

test('registers the webhooks, lists them as text and as JSON, and removes them', async () => {
  const registered = await runLine('webhooks register');
  expect(registered).toMatchObject({ exitCode: 0, messages: [] });
  expect(registered.output).toHaveLength(3);
  const { output } = await runLine('webhooks list');
  expect(output[0]).toMatch(/^\d+ on {2}store\/\S+ https:\/\/gateway\.example\/webhooks$/);
  const listed = JSON.parse((await runLine('webhooks list --json')).output.join('\n'));
  expect(listed).toHaveLength(3);
  expect(Object.keys(listed[0])).toEqual(['id', 'scope', 'destination', 'isActive']);
  const again = JSON.parse((await runLine('webhooks register --json')).output.join('\n'));
  expect(again[0]).toEqual({ scope: 'store/customer/*', outcome: 'was registered' });
  const checked = JSON.parse((await runLine('webhooks check --json')).output.join('\n'));
  expect(checked).toEqual({
    problems: [],
    gateway: {
      arrivals: null,
      problem: expect.stringMatching(/^the gateway cannot be reached at WEBHOOK_URL \(\w+/),
    },
  });
  const removed = JSON.parse((await runLine('webhooks remove --json')).output.join('\n'));
  expect(removed.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'removed',
    'removed',
    'removed',
  ]);
  expect((await runLine('webhooks list')).output).toEqual([]);
});

test.each<[string, () => void | Promise<void>, string]>([
  [
    'rejects the token',
    () => void vi.stubEnv('BIGCOMMERCE_ACCESS_TOKEN', 'another-token-0123456789'),
    'The store answered GET /hooks with 401',
  ],
  [
    'does not answer',
    async () => void vi.stubEnv('BIGCOMMERCE_API_URL', `http://127.0.0.1:${await closedPort()}/v3`),
    'The store could not be reached for GET /hooks (ECONNREFUSED). What to do: check BIGCOMMERCE_API_URL',
  ],
  [
    'is broken',
    () => sandbox.faults.set([{ fault: { kind: 'status', status: 503 } }]),
    'The store answered GET /hooks with 503',
  ],
])('says what happened if the store %s', async (_name, breakStore, message) => {
  await breakStore();
  for (const action of ['register', 'list', 'check', 'remove']) {
    const { output, messages, exitCode } = await runLine(`webhooks ${action}`);
    expect([exitCode, output, messages]).toEqual([1, [], [expect.stringContaining(message)]]);
    expect(messages[0]).not.toMatch(/could not start/);
  }
});
