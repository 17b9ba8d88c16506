import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller, PUBLIC } from '../../../src/access/caller.ts';
import { createCallWindow } from '../../../src/cost/call-window.ts';
import { createCallerBudgets } from '../../../src/cost/caller-budgets.ts';
import { GatewayError } from '../../../src/errors.ts';
import { createOperationBudgets } from '../../../src/server/cost/budgets.ts';
import type { Estimate } from '../../../src/server/cost/estimate.ts';
import { createRateLimitedStore, type RequestOptions } from '../../support/rate-limited-store.ts';

const SHOPPERS = 40;
const RUN_MS = 300_000;

const shopperNamed = (name: string, callsPerMinute: number | null = 60): Caller => ({
  ...ANONYMOUS,
  kind: 'shopper',
  name,
  callsPerMinute,
});
const costing = (calls: number) => ({ calls, plan: [] }) as unknown as Estimate;

/** The waits of a backend that makes a call each second while 40 shoppers ask as fast as they are answered, in ascending order. */
async function waitsOfBackend(window: 'fixed' | 'sliding', shopperShare: number | null) {
  const store = createRateLimitedStore({ window });
  const [governor] = store.governors;
  if (governor === undefined) throw new Error('the store has no governor');
  const budgets = createOperationBudgets({
    publicCalls: createCallWindow(() => 0),
    budgets: createCallerBudgets(store.clock.now),
    shopperShare,
    quota: governor.state,
  });
  const waits: number[] = [];
  let shopperCalls = 0;

  async function shop(caller: Caller): Promise<void> {
    const request: RequestOptions = { caller: caller.name, lane: 'interactive', deadlineMs: 45_000 };
    while (store.clock.now() < RUN_MS) {
      const charge = await budgets.charge(caller, costing(1));
      if (charge instanceof GatewayError) await store.clock.sleep(charge.details.retryAfterMs ?? 1_000);
      else {
        await store.request(request);
        charge?.settle(1);
        shopperCalls += 1;
      }
    }
  }

  async function callAsBackend(): Promise<void> {
    const startedAt = store.clock.now();
    await store.request({ caller: 'backend' });
    waits.push(store.clock.now() - startedAt);
  }

  for (let i = 0; i < SHOPPERS; i += 1) void shop(shopperNamed(`shopper:${i}`, null));
  for (let atMs = 0; atMs < RUN_MS; atMs += 1_000) store.clock.callAt(atMs, () => void callAsBackend());
  await store.clock.advanceTo(RUN_MS + 60_000);
  return { waits: waits.toSorted((one, other) => one - other), shopperCalls };
}

describe.each(['fixed', 'sliding'] as const)('40 greedy shoppers, a store with %s windows', (window) => {
  test('do not delay a backend: its calls start at once', async () => {
    const { waits, shopperCalls } = await waitsOfBackend(window, 0.5);
    expect(waits).toHaveLength(300);
    // The latency of the store.
    expect(waits[285]).toBe(50);
    // Half of 300 calls a minute, for five minutes.
    expect(shopperCalls).toBeGreaterThan(700);
  });

  test('delay it without a limit for all shoppers together', async () => {
    const { waits } = await waitsOfBackend(window, null);
    expect(waits[285]).toBeGreaterThan(4_000);
  });
});

describe('the budget of all shoppers', () => {
  function budgetsAt(limit: number | null) {
    let time = 0;
    const budgets = createOperationBudgets({
      publicCalls: createCallWindow(() => 0),
      budgets: createCallerBudgets(() => time),
      shopperShare: 0.5,
      quota: () => ({
        quota: limit === null ? null : { limit, remaining: limit, resetMs: 30_000 },
        windowMs: 30_000,
      }),
    });
    return {
      ...budgets,
      pass: (ms: number) => {
        time += ms;
      },
    };
  }

  function begin(charge: ReturnType<ReturnType<typeof budgetsAt>['charge']>) {
    // Budgets of one process answer at once.
    if (charge !== null && 'settle' in charge) return charge;
    throw new Error('the operation was refused');
  }

  test('is half of the quota, of which a fifth of a minute can be used at once', () => {
    const { charge, pass } = budgetsAt(150);
    for (let i = 0; i < 30; i += 1) begin(charge(shopperNamed(`s${i}`), costing(1))).settle(1);
    const refusal = charge(shopperNamed('late'), costing(1));
    expect(refusal).toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 400 } });
    pass(400);
    begin(charge(shopperNamed('late'), costing(1)));
  });

  test('is not charged for calls that are shared', () => {
    const { charge } = budgetsAt(150);
    for (let i = 0; i < 500; i += 1) begin(charge(shopperNamed(`s${i}`), costing(1))).settle(0);
  });

  test('bounds the operations in flight, but lets any single one run', () => {
    const { charge, pass } = budgetsAt(150);
    const first = begin(charge(shopperNamed('one', null), costing(76)));
    expect(charge(shopperNamed('two'), costing(1))).toMatchObject({ code: 'OVERLOADED' });
    first.settle(1);
    // Nothing of the second shopper's own budget of 60 was taken.
    begin(charge(shopperNamed('two'), costing(60)));
    expect(charge(shopperNamed('three'), costing(16))).toMatchObject({ code: 'OVERLOADED' });
    // An operation that was never settled does not block for ever.
    pass(30_000);
    begin(charge(shopperNamed('three'), costing(16)));
  });

  test('does not exist for other callers, and if the store sets no limit', () => {
    const limited = budgetsAt(10);
    for (let i = 0; i < 50; i += 1) expect(limited.charge(ANONYMOUS, costing(10))).toBeNull();
    const unlimited = budgetsAt(null);
    for (let i = 0; i < 50; i += 1)
      expect(unlimited.charge(shopperNamed(`s${i}`), costing(10))).not.toBeInstanceOf(Error);
  });
});

test.each([1, 2, 5])(
  'callers without credentials use at most a tenth of the quota, at %i replicas',
  async (count) => {
    let time = 0;
    const now = () => time;
    const shared = createCallerBudgets(now);
    const replicas = Array.from({ length: count }, () =>
      createOperationBudgets({
        budgets: shared,
        publicCalls: createCallWindow(now),
        isShared: count > 1,
        quota: () => ({ quota: { limit: 150, remaining: 150, resetMs: 0 }, windowMs: 30_000 }),
      }),
    );
    const made: number[] = [];
    for (; time < 300_000; time += 500) {
      for (const replica of replicas) {
        const charge = await replica.charge(PUBLIC, costing(2));
        if (charge instanceof GatewayError) continue;
        // A wrong password costs one call less.
        const calls = made.length % 3 === 0 ? 1 : 2;
        charge?.settle(calls);
        made.push(...Array.from({ length: calls }, () => time));
      }
    }
    for (const start of made) {
      const inWindow = made.filter((at) => at >= start && at < start + 30_000);
      expect(inWindow.length).toBeLessThanOrEqual(15);
    }
    // Of the ten windows.
    expect(made.length).toBeGreaterThanOrEqual(10 * (count === 1 ? 14 : 7));
  },
);

test('an operation without credentials that costs more than that is refused', async () => {
  const budgets = createOperationBudgets({
    budgets: createCallerBudgets(() => 0),
    publicCalls: createCallWindow(() => 0),
    // The store has not told its quota.
    quota: () => ({ quota: null, windowMs: 30_000 }),
  });
  expect(await budgets.charge(PUBLIC, costing(16))).toMatchObject({
    code: 'OPERATION_TOO_EXPENSIVE',
    details: { limit: 15 },
  });
  expect(await budgets.charge(PUBLIC, costing(15))).toEqual({ settle: expect.any(Function) });
  expect(await budgets.charge(PUBLIC, costing(1))).toMatchObject({ code: 'OVERLOADED' });
});
