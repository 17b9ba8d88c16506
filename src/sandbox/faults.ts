import { z } from 'zod';
import { createChance } from './chance.ts';

const milliseconds = z.number().nonnegative();

/** What can go wrong with one answer. A write is done or not as the fault says, and the ledger knows which. */
const faultSchema = z.discriminatedUnion('kind', [
  /** Waits before anything is done: `ms`, or a time drawn between `ms` and `upToMs`. */
  z.strictObject({ kind: z.literal('latency'), ms: milliseconds, upToMs: milliseconds.optional() }),
  /** Answers with this status instead; what was asked is done first only with `commits`. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(300).max(599),
    /** Such as `The store is suspended.` with a 503. */
    title: z.string().optional(),
    commits: z.boolean().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** Ends the connection without an answer, before or after the write is committed. */
  z.strictObject({ kind: z.literal('cut'), when: z.enum(['before-commit', 'after-commit']) }),
  /** Gives up (a cut, or a status such as 504) and does what was asked only later. */
  z.strictObject({
    kind: z.literal('late-commit'),
    delayMs: milliseconds,
    answer: z.union([z.literal('cut'), z.int().min(300).max(599)]),
  }),
  /** Never answers. The caller has to leave. */
  z.strictObject({ kind: z.literal('hang'), commits: z.boolean().optional() }),
  /** Sends the true answer, so many bytes at a time. */
  z.strictObject({ kind: z.literal('drip'), bytes: z.int().positive(), everyMs: milliseconds }),
  /** Sends half of the true answer and ends the connection; with `chunked` no length was promised. */
  z.strictObject({ kind: z.literal('truncate'), chunked: z.boolean().optional() }),
  /** Does what was asked and sends something else. */
  z.strictObject({
    kind: z.literal('body'),
    body: z.string(),
    status: z.int().min(200).max(599).optional(),
    contentType: z.string().optional(),
  }),
  /** A foreign app takes so many requests out of the quota, just before. */
  z.strictObject({ kind: z.literal('quota'), requests: z.int().positive() }),
]);

export const faultRuleSchema = z.strictObject({
  /** Ids of operations; every operation when absent. */
  operations: z.array(z.string()).optional(),
  /** The share of calls that it meets, 0 to 1. @default 1 */
  share: z.number().min(0).max(1).optional(),
  /** Which of the calls that the rule sees, counted from 1; all when absent. */
  calls: z.array(z.int().positive()).optional(),
  /** It ends after it has met so many calls. */
  times: z.int().positive().optional(),
  fault: faultSchema,
});

type Fault = z.output<typeof faultSchema>;
export type FaultRule = z.output<typeof faultRuleSchema>;

/** Which faults the store has. The same rules and seed meet the same calls, as long as these come in one order. */
export interface Faults {
  set(rules: readonly FaultRule[], options?: { readonly seed?: number }): void;
  list(): readonly FaultRule[];
  /** How many calls each rule has spoiled, in the order of the rules. */
  hits(): readonly number[];
  clear(): void;
}

/** A fault that changes the answer, rather than what comes before it. */
export type Misbehaviour = Exclude<Fault, { readonly kind: 'latency' | 'quota' }>;

/** What one call has to go through. */
interface Mishap {
  readonly latencyMs: number;
  readonly foreignRequests: number;
  /** The first that was drawn; an answer can be spoiled only once. */
  readonly misbehaviour: Misbehaviour | null;
}

export interface FaultSource extends Faults {
  draw(operationId: string): Mishap;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly chance: ReturnType<typeof createChance>;
  seen: number;
  met: number;
  hits: number;
}

export function createFaults(defaultSeed: number, operationIds: ReadonlySet<string>): FaultSource {
  let active: readonly ActiveRule[] = [];

  function meets(entry: ActiveRule, operationId: string): boolean {
    const { operations, share = 1, calls, times } = entry.rule;
    if (operations && !operations.includes(operationId)) return false;
    if (times !== undefined && entry.met >= times) return false;
    entry.seen += 1;
    // The draw is made for every call that is seen, so that a script does not shift the chances.
    const drawn = entry.chance.happens(share);
    const met = drawn && (calls?.includes(entry.seen) ?? true);
    if (met) entry.met += 1;
    return met;
  }

  return Object.freeze({
    set(rules: readonly FaultRule[], { seed = defaultSeed }: { readonly seed?: number } = {}) {
      const unknown = rules.flatMap(({ operations = [] }) =>
        operations.filter((id) => !operationIds.has(id)),
      );
      if (unknown.length > 0) throw new RangeError(`There is no operation ${unknown.join(', ')}.`);
      active = rules.map((rule, place) => ({
        rule,
        chance: createChance(seed, place),
        seen: 0,
        met: 0,
        hits: 0,
      }));
    },
    list: () => active.map(({ rule }) => rule),
    hits: () => active.map(({ hits }) => hits),
    clear() {
      active = [];
    },
    draw(operationId: string): Mishap {
      let latencyMs = 0;
      let foreignRequests = 0;
      let misbehaviour: Misbehaviour | null = null;
      for (const entry of active) {
        if (!meets(entry, operationId)) continue;
        const { fault } = entry.rule;
        // What another rule has spoiled already is not spoiled again.
        if (misbehaviour !== null && fault.kind !== 'latency' && fault.kind !== 'quota') continue;
        entry.hits += 1;
        if (fault.kind === 'latency') {
          latencyMs += fault.ms + entry.chance.number() * Math.max(0, (fault.upToMs ?? fault.ms) - fault.ms);
        } else if (fault.kind === 'quota') foreignRequests += fault.requests;
        else misbehaviour = fault;
      }
      return { latencyMs, foreignRequests, misbehaviour };
    },
  });
}
