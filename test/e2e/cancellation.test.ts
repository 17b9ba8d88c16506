import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FaultRule, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { jsonPost } from '../support/post.ts';

// The store holds all writes back, so a test knows which ones are in flight when the caller disconnects.
let releaseWrites: () => void;
let sandbox: Sandbox;
let gateway: Gateway;
let listener: Listener;
beforeEach(async () => {
  const gate = new Promise<void>((resolve) => {
    releaseWrites = resolve;
  });
  sandbox = await startSandbox({ quota: 0, customers: 100, sleep: () => gate });
  gateway = createGateway({ baseUrl: sandbox.url, clock: FAST_CLOCK });
  listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 5_000 });
});
afterEach(async () => {
  releaseWrites();
  await listener.stop();
  await sandbox.close();
});

const FAST_CLOCK = { now: () => performance.now() * 50, sleep: (ms: number) => delay(ms / 50) };

function holdBack(operation: string, fault?: FaultRule['fault']): void {
  const operations = [operation];
  sandbox.faults.set([
    { operations, fault: { kind: 'latency', ms: 1 } },
    ...(fault ? [{ operations, fault }] : []),
  ]);
}

/** Sends a mutation, disconnects after this many calls to the store, and resolves when no operation is running. */
async function disconnectAfter(
  calls: number,
  operation: string,
  query: string,
  input: object,
): Promise<void> {
  const caller = new AbortController();
  const request = fetch(`${listener.url}/graphql`, {
    ...jsonPost({ query, variables: { input } }),
    signal: caller.signal,
  });
  while ((sandbox.requests.counts()[operation] ?? 0) < calls) await nextTurn();
  caller.abort();
  await expect(request).rejects.toThrow('aborted');
  // A later request is only served after the closed connection was noticed.
  for (const _ of [1, 2]) await fetch(`${listener.url}/health/live`);
  releaseWrites();
  await gateway.app.settled();
  // The response is masked after the last outcome is known.
  await fetch(`${listener.url}/health/live`);
  expect(gateway.log.join()).not.toContain('internal error');
}

test('finishes batches in flight, sends no others, and reads nothing after the caller has disconnected', async () => {
  holdBack('updateCustomers');
  const customers = Array.from({ length: 60 }, (_, i) => ({ entityId: i + 1, notes: 'changed' }));
  const query = `mutation ($input: UpdateCustomersInput!) {
    updateCustomers(input: $input) { results { outcome customer { consent { allow } } } }
  }`;
  await disconnectAfter(3, 'updateCustomers', query, { customers });
  expect(sandbox.requests.counts()).toEqual({ updateCustomers: 3 });
  expect(sandbox.ledger.list()).toHaveLength(30);
});

test('settles a lost response after the caller has disconnected, and repeats no write', async () => {
  holdBack('createCustomers', { kind: 'cut', when: 'before-commit' });
  const customers = [{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Leaves' }];
  const query =
    'mutation ($input: CreateCustomersInput!) { createCustomers(input: $input) { results { outcome } } }';
  await disconnectAfter(1, 'createCustomers', query, { customers });
  const { createCustomers, getCustomers } = sandbox.requests.counts();
  expect(createCustomers).toBe(1);
  expect(getCustomers).toBeGreaterThan(0);
  expect(sandbox.ledger.list()).toEqual([]);
});
