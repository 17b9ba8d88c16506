import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANONYMOUS, type Caller } from '../../../src/access/caller.ts';
import type { ErrorCode, ErrorDetails } from '../../../src/errors.ts';
import { type Gateway, startGatewayOnSandbox } from '../../support/gateway.ts';

const CONSENT_QUERY = '{ customers(first: 8) { nodes { consent { allow } } } }';

let gateway: Gateway & { readonly calls: () => readonly string[] };
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 8 });
});
afterAll(() => gateway.close());

function withBudget(name: string, callsPerMinute: number): Caller {
  return { ...ANONYMOUS, kind: 'key', name, callsPerMinute };
}

test('rejects a caller whose budget is used up before sending any call, with a retry delay', async () => {
  const poor = gateway.as(withBudget('poor', 10));
  expect((await poor.executeText(CONSENT_QUERY)).errors).toEqual([]);
  gateway.calls();
  const { status, errors } = await poor.executeText(CONSENT_QUERY);
  expect(status).toBe(400);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'OPERATION_TOO_EXPENSIVE',
    estimatedCalls: 9,
    limit: 10,
    field: 'customers.nodes.consent',
    retryAfterMs: expect.any(Number),
  } satisfies ErrorDetails & { code: ErrorCode });
  expect(gateway.calls()).toEqual([]);
});

test('rejects an operation that costs more than the whole budget without a retry delay', async () => {
  const { errors } = await gateway.as(withBudget('poorer', 5)).executeText(CONSENT_QUERY);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'OPERATION_TOO_EXPENSIVE',
    estimatedCalls: 9,
    limit: 5,
  } satisfies ErrorDetails & { code: ErrorCode });
  expect(errors[0]?.extensions).not.toHaveProperty('retryAfterMs');
});

test('refunds the calls that were estimated but not sent', async () => {
  const frugal = gateway.as(withBudget('frugal', 251));
  // Estimated at 251 calls for 250 customers, but the store has only 8: it costs 9.
  expect((await frugal.executeText(CONSENT_QUERY.replace('8', '250'))).errors).toEqual([]);
  const { errors } = await frugal.executeText(CONSENT_QUERY.replace('8', '200'));
  expect(errors).toEqual([]);
});

test('does not limit callers without a budget', async () => {
  for (let count = 0; count < 5; count += 1)
    expect((await gateway.executeText(CONSENT_QUERY)).errors).toEqual([]);
});
