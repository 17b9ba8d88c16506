import { z } from 'zod';
import { createRandom } from './random.ts';

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
  probability: z.number().min(0).max(1).optional(),
  /** Which of the calls to its operations the rule affects, counted from 1; all if absent. */
  calls: z.array(z.int().positive()).optional(),
  /** The rule ends after it has matched this many calls, including calls that an earlier rule affected. */
  maxCalls: z.int().positive().optional(),
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
export type ResponseFault = Exclude<Fault, { readonly kind: 'latency' | 'quota' }>;

/** The faults of one call. */
interface InjectedFaults {
  readonly latencyMs: number;
  readonly otherAppRequests: number;
  /** The fault of the first matching rule. A response has at most one. */
  readonly responseFault: ResponseFault | null;
}

export interface FaultInjector extends Faults {
  draw(operationId: string): InjectedFaults;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly random: ReturnType<typeof createRandom>;
  seen: number;
  matched: number;
  hits: number;
}

export function createFaults(defaultSeed: number, operationIds: ReadonlySet<string>): FaultInjector {
  let active: readonly ActiveRule[] = [];

  function matches(entry: ActiveRule, operationId: string): boolean {
    const { operations, probability = 1, calls, maxCalls } = entry.rule;
    if (operations && !operations.includes(operationId)) return false;
    if (maxCalls !== undefined && entry.matched >= maxCalls) return false;
    entry.seen += 1;
    // Every call consumes a random number, so `calls` does not shift the random sequence.
    const drawn = entry.random.boolean(probability);
    const met = drawn && (calls?.includes(entry.seen) ?? true);
    if (met) entry.matched += 1;
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
        random: createRandom(seed, position),
        seen: 0,
        matched: 0,
        hits: 0,
      }));
    },
    list: () => active.map(({ rule }) => rule),
    hits: () => active.map(({ hits }) => hits),
    clear() {
      active = [];
    },
    draw(operationId: string): InjectedFaults {
      let latencyMs = 0;
      let otherAppRequests = 0;
      let responseFault: ResponseFault | null = null;
      for (const entry of active) {
        if (!matches(entry, operationId)) continue;
        const { fault } = entry.rule;
        // A response has at most one fault.
        if (responseFault !== null && fault.kind !== 'latency' && fault.kind !== 'quota') continue;
        entry.hits += 1;
        if (fault.kind === 'latency') {
          latencyMs += fault.ms + entry.random.next() * Math.max(0, (fault.upToMs ?? fault.ms) - fault.ms);
        } else if (fault.kind === 'quota') otherAppRequests += fault.requests;
        else responseFault = fault;
      }
      return { latencyMs, otherAppRequests, responseFault };
    },
  });
}
