import { z } from 'zod';
import { createChance } from './chance.ts';

const milliseconds = z.number().nonnegative();

/** A fault of one response. Each kind defines whether a write is committed. The ledger lists the committed ones. */
const faultSchema = z.discriminatedUnion('kind', [
  /** Delays handling by `ms`, or by a uniform random time between `ms` and `upToMs`. In milliseconds. */
  z.strictObject({ kind: z.literal('latency'), ms: milliseconds, upToMs: milliseconds.optional() }),
  /** Responds with this status instead. The request is handled first only if `commits` is true. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(300).max(599),
    /** For example `The store is suspended.` with a 503. */
    title: z.string().optional(),
    commits: z.boolean().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** Closes the connection without a response, before or after the write is committed. */
  z.strictObject({ kind: z.literal('cut'), when: z.enum(['before-commit', 'after-commit']) }),
  /** Fails now (a closed connection, or a status such as 504) and commits the write after `delayMs`. */
  z.strictObject({
    kind: z.literal('late-commit'),
    delayMs: milliseconds,
    answer: z.union([z.literal('cut'), z.int().min(300).max(599)]),
  }),
  /** Never responds. The client must abort. */
  z.strictObject({ kind: z.literal('hang'), commits: z.boolean().optional() }),
  /** Sends the correct response slowly: `bytes` every `everyMs` milliseconds. */
  z.strictObject({ kind: z.literal('drip'), bytes: z.int().positive(), everyMs: milliseconds }),
  /** Sends half of the correct body and closes the connection. With `chunked` there is no Content-Length. */
  z.strictObject({ kind: z.literal('truncate'), chunked: z.boolean().optional() }),
  /** Handles the request and sends another body. */
  z.strictObject({
    kind: z.literal('body'),
    body: z.string(),
    status: z.int().min(200).max(599).optional(),
    contentType: z.string().optional(),
  }),
  /** Another app consumes this many requests of the quota just before. */
  z.strictObject({ kind: z.literal('quota'), requests: z.int().positive() }),
]);

export const faultRuleSchema = z.strictObject({
  /** Operation ids; all operations if absent. */
  operations: z.array(z.string()).optional(),
  /** The probability that a call is affected, from 0 to 1. @default 1 */
  share: z.number().min(0).max(1).optional(),
  /** Which of the calls to its operations the rule affects, counted from 1; all if absent. */
  calls: z.array(z.int().positive()).optional(),
  /** The rule ends after it has matched this many calls, including calls that an earlier rule affected. */
  times: z.int().positive().optional(),
  fault: faultSchema,
});

type Fault = z.output<typeof faultSchema>;
export type FaultRule = z.output<typeof faultRuleSchema>;

/** The store's fault injection. The same rules and seed affect the same calls if these arrive in the same order. */
export interface Faults {
  set(rules: readonly FaultRule[], options?: { readonly seed?: number }): void;
  list(): readonly FaultRule[];
  /** The number of calls that each rule has affected, in the order of the rules. */
  hits(): readonly number[];
  clear(): void;
}

/** A fault that changes the response. */
export type Misbehaviour = Exclude<Fault, { readonly kind: 'latency' | 'quota' }>;

/** The faults of one call. */
interface Mishap {
  readonly latencyMs: number;
  readonly foreignRequests: number;
  /** The fault of the first matching rule. A response has at most one. */
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
    // Every call consumes a random number, so `calls` does not shift the random sequence.
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
      if (unknown.length > 0) throw new RangeError(`Unknown operation: ${unknown.join(', ')}.`);
      active = rules.map((rule, position) => ({
        rule,
        chance: createChance(seed, position),
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
        // A response has at most one fault.
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
