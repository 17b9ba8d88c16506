import type { WriteRun } from '../../src/context.ts';
import { GatewayError } from '../../src/errors.ts';
import type { WriteSpec } from '../../src/resolvers/writes.ts';
import type { Attempt } from '../../src/rest/http.ts';
import { type Repeat, WRITE_RULES } from '../../src/rest/write-rules.ts';

/** A run of writes on a clock of its own, which goes on only where somebody sleeps. */
export interface FakeRun extends WriteRun {
  /** Does this once the clock has come so far. */
  at(ms: number, act: () => void): void;
}

export function fakeRun(): FakeRun {
  let now = 0;
  let plans: { readonly ms: number; readonly act: () => void }[] = [];
  return {
    signal: new AbortController().signal,
    maxItems: 1_000,
    settleMs: 15_000,
    now: () => now,
    storeNow: () => now,
    async sleep(ms) {
      now += ms;
      const due = plans.filter((plan) => plan.ms <= now);
      plans = plans.filter((plan) => plan.ms > now);
      for (const { act } of due) act();
    },
    hold: (work) => work,
    at: (ms, act) => void plans.push({ ms, act }),
  };
}

/** A record that is nothing but its name. */
export interface Named {
  readonly name: string;
}

export interface FakeWriteOptions {
  readonly repeat: Repeat;
  /** What becomes of each attempt, told the names that are sent. */
  readonly attempts: readonly ((names: readonly string[]) => Attempt)[];
}

/** A write of names to a set of names, in batches of ten. */
export function fakeWrite(
  held: ReadonlySet<string>,
  { repeat, attempts }: FakeWriteOptions,
): WriteSpec<Named, string> {
  const planned = [...attempts];
  return {
    list: 'things',
    rule: { ...WRITE_RULES.createAddresses, repeat },
    outcome: 'CREATED',
    check: () => [],
    keyOf: ({ name }) => name,
    async send(items) {
      const attempt = planned.shift();
      if (!attempt) throw new Error('sent more often than expected');
      return attempt(items.map(({ name }) => name));
    },
    recordsIn: (body) => body as string[],
    isRecordOf: (record, { name }) => record === name,
    readBack: async (items) =>
      new Map(
        items.map((item) => [
          item,
          held.has(item.name) ? { state: 'written', record: item.name } : { state: 'absent' },
        ]),
      ),
  };
}

export const LOST = {
  ended: 'unknown',
  error: new GatewayError('UPSTREAM_UNAVAILABLE', 'The answer was lost.'),
} as const satisfies Attempt;

/** A refusal that blames what it names. */
export function refusal(blamed: string): Attempt {
  return {
    ended: 'refused',
    status: 422,
    body: { status: 422, errors: { [blamed]: 'is invalid' } },
    error: new GatewayError('UPSTREAM_REJECTED', 'The store refused it.', { status: 422 }),
  };
}
