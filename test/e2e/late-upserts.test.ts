import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';

// Only timestamps show whether an upsert created or updated a record. If it is sent twice, both happen.
const CLOCK_SPEED = 50;
const now = () => performance.timeOrigin + performance.now() * CLOCK_SPEED;
const sleep = (ms: number) => delay(ms / CLOCK_SPEED);

const LATE_COMMIT_MS = 2_000;
const SECOND_ATTEMPT_MS = 5_000;
/** A late write commits after the second attempt has arrived and before that one commits, on a machine of any speed. */
let arrive = () => {};
const arrived = new Promise<void>((resolve) => {
  arrive = resolve;
});
async function sleepInStore(ms: number): Promise<void> {
  if (ms === LATE_COMMIT_MS) return arrived;
  if (ms === SECOND_ATTEMPT_MS) arrive();
  return sleep(ms);
}

let sandbox: Sandbox;
let gateway: Gateway;
beforeEach(async () => {
  sandbox = await startSandbox({ quota: 0, customers: 5, now, sleep: sleepInStore });
  gateway = createGateway({ baseUrl: sandbox.url, lateWriteMs: 15_000, clock: { now, sleep } });
  await gateway.executeText(
    'mutation { createCustomerAttributeDefinitions(input: { definitions: [{ name: "Shoes", type: STRING }] }) { results { outcome } } }',
  );
});
afterEach(async () => {
  await gateway.close();
  await sandbox.close();
});

async function outcomeOf(value: string): Promise<string> {
  const { id } = sandbox.ledger.list().find(({ kind }) => kind === 'attribute') ?? {};
  const input = { values: [{ customerEntityId: 1, attributeEntityId: id, value }] };
  const { data } = await gateway.executeText(
    'mutation ($input: UpsertCustomerAttributeValuesInput!) { upsertCustomerAttributeValues(input: $input) { results { outcome } } }',
    { input },
  );
  return data.upsertCustomerAttributeValues.results[0].outcome;
}

test('an upsert is CREATED if the second attempt updates a record that the first one created late', async () => {
  const operations = ['upsertCustomersAttributeValues'];
  sandbox.faults.set([
    { operations, calls: [1], fault: { kind: 'late-commit', delayMs: LATE_COMMIT_MS, answer: 504 } },
    { operations, calls: [2], fault: { kind: 'latency', ms: SECOND_ATTEMPT_MS } },
  ]);
  expect(await outcomeOf('42')).toBe('CREATED');
  const changes = sandbox.ledger.list().filter(({ kind }) => kind === 'attribute-value');
  expect(changes.map(({ change }) => change)).toEqual(['created', 'updated']);
});

test('an upsert is UPDATED if the value existed just before', async () => {
  expect(await outcomeOf('42')).toBe('CREATED');
  sandbox.faults.set([
    { operations: ['upsertCustomersAttributeValues'], calls: [1], fault: { kind: 'status', status: 503 } },
  ]);
  expect(await outcomeOf('43')).toBe('UPDATED');
});
