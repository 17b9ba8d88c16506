import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANYONE, type Caller } from '../../src/access/caller.ts';
import { type Gateway, startGatewayOnSandbox } from '../support/gateway.ts';

const CONSENTS = '{ customers(first: 8) { nodes { consent { allow } } } }';

let gateway: Gateway & { readonly calls: () => readonly string[] };
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 8 });
});
afterAll(() => gateway.close());

function withBudget(name: string, callsPerMinute: number): Caller {
  return { ...ANYONE, kind: 'key', name, callsPerMinute };
}

test('who has used up a budget is refused before anything is sent, and told when to come back', async () => {
  const poor = gateway.as(withBudget('poor', 10));
  expect((await poor.askText(CONSENTS)).errors).toEqual([]);
  gateway.calls();
  const { status, errors } = await poor.askText(CONSENTS);
  expect(status).toBe(400);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'OPERATION_TOO_EXPENSIVE',
    price: 9,
    limit: 10,
    field: 'customers.nodes.consent',
    retryAfterMs: expect.any(Number),
  });
  expect(gateway.calls()).toEqual([]);
});

test('an operation that is dearer than the whole budget is never worth another try', async () => {
  const { errors } = await gateway.as(withBudget('poorer', 5)).askText(CONSENTS);
  expect(errors[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_EXPENSIVE', price: 9, limit: 5 });
  expect(errors[0]?.extensions).not.toHaveProperty('retryAfterMs');
});

test('only what was sent is charged in the end', async () => {
  const frugal = gateway.as(withBudget('frugal', 251));
  // It may cost 251 calls, for 250 customers, and costs nine.
  expect((await frugal.askText(CONSENTS.replace('8', '250'))).errors).toEqual([]);
  const { errors } = await frugal.askText(CONSENTS.replace('8', '200'));
  expect(errors).toEqual([]);
});

test('who has no budget is not limited by one', async () => {
  for (let count = 0; count < 5; count += 1) expect((await gateway.askText(CONSENTS)).errors).toEqual([]);
});
