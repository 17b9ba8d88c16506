import { GatewayFailure, type UpstreamReport } from '../../client/index.ts';
import type { CustomerResult, ImportGateway, WriteError } from './gateway.ts';
import type { RowProblem } from './input-problem.ts';
import { fieldOf, type Item } from './items.ts';
import type { RowOutcome, RowResult } from './journal.ts';

/** A row that can be sent. */
export interface SendableRow {
  readonly line: number;
  readonly item: Item;
}

/** What became of some rows. */
export interface Sent {
  /** The rows whose outcome is known. */
  readonly results: readonly RowResult[];
  /** Why the outcome of the others is not known, or why they were not sent. Null if there are none. */
  readonly failure: GatewayFailure | null;
  /** REST calls that the gateway made for them. */
  readonly calls: number;
  /** What the last answer said of the quota. Null if it said nothing. */
  readonly upstream: UpstreamReport | null;
}

export interface SendOptions {
  readonly gateway: ImportGateway;
  /** Ends when `stop` is aborted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted when no further attempt is to be made. */
  readonly stop: AbortSignal;
  /** Called if the rows cost more than the gateway allows at once, with how many are sent then. */
  readonly onTooMany: (rows: number) => void;
}

/** Attempts in a row after which no outcome more was known. */
const MAX_FRUITLESS = 5;
const MAX_WAIT_MS = 60_000;

/**
 * Writes rows. Those whose outcome is not known, or that were not attempted, are written again: what the store has by then is
 * found by the e-mail address, and stays as it is.
 */
export async function sendRows(rows: readonly SendableRow[], options: SendOptions): Promise<Sent> {
  const results: RowResult[] = [];
  const created = new Set<number>();
  let open = rows;
  let calls = 0;
  let upstream: UpstreamReport | null = null;
  for (let fruitless = 0; ; fruitless += 1) {
    const answer = await attempt(open, options.gateway);
    if ('split' in answer) {
      if (answer.isTooMuch) options.onTooMany(Math.ceil(open.length / 2));
      return sendHalves(open, options, { results, failure: null, calls, upstream });
    }
    if (answer.isFinal) return { results, failure: answer.failure, calls, upstream };
    calls += answer.upstream?.requests ?? 0;
    upstream = answer.upstream ?? upstream;
    const before = open.length;
    open = open.filter((row, at) => {
      const result = answer.results?.[at];
      if (result?.outcome === 'CREATED') created.add(row.line);
      const settled = result === undefined ? null : settle(row, result, created.has(row.line));
      if (settled !== null) results.push(settled);
      return settled === null;
    });
    if (open.length === 0) return { results, failure: null, calls, upstream };
    if (open.length < before) fruitless = -1;
    if (fruitless >= MAX_FRUITLESS) return { results, failure: answer.failure ?? UNSETTLED, calls, upstream };
    if (options.stop.aborted) return { results, failure: null, calls, upstream };
    await options.sleep(Math.min(MAX_WAIT_MS, Math.max(answer.waitMs, 1_000 * 2 ** Math.max(0, fruitless))));
  }
}

const UNSETTLED = new GatewayFailure(
  'UPSTREAM_UNAVAILABLE',
  'The store does not say what became of the rows.',
);

type Answer =
  | {
      readonly split: true;
      /** Whether the number of rows is at fault, and not one of them. */
      readonly isTooMuch: boolean;
    }
  | {
      /** Null if there are none: any row may be written. */
      readonly results: readonly CustomerResult[] | null;
      readonly upstream: UpstreamReport | null;
      readonly failure: GatewayFailure | null;
      /** Whether the same rows would fail in the same way. */
      readonly isFinal: boolean;
      readonly waitMs: number;
    };

async function attempt(rows: readonly SendableRow[], gateway: ImportGateway): Promise<Answer> {
  try {
    const { results, upstream } = await gateway.upsert(rows.map(({ item }) => item.input));
    const waits = results.flatMap(({ errors, parts }) =>
      [...errors, ...parts.flatMap((part) => part.errors)].map(({ retryAfterMs }) => retryAfterMs ?? 0),
    );
    return { results, upstream, failure: null, isFinal: false, waitMs: Math.max(0, ...waits) };
  } catch (failure) {
    if (!(failure instanceof GatewayFailure)) throw failure;
    if (rows.length > 1 && isAboutContent(failure))
      return { split: true, isTooMuch: failure.code !== 'BAD_USER_INPUT' };
    if (isAboutContent(failure))
      return { results: [refused(failure)], upstream: null, failure: null, isFinal: false, waitMs: 0 };
    // The client has tried again for as long as that can help, unless something may have been written.
    return {
      results: null,
      upstream: null,
      failure,
      isFinal: !failure.mayHaveRun || REFUSED.has(failure.code),
      waitMs: failure.retryAfterMs ?? 0,
    };
  }
}

const REFUSED: ReadonlySet<string> = new Set(['FORBIDDEN', 'UNAUTHENTICATED']);

/** Whether fewer or other rows can succeed. */
function isAboutContent({ code, status, retryAfterMs }: GatewayFailure): boolean {
  if (code === 'OPERATION_TOO_EXPENSIVE') return retryAfterMs === null;
  return code === 'BAD_USER_INPUT' || status === 413;
}

function refused({ message }: GatewayFailure): CustomerResult {
  return {
    outcome: 'FAILED',
    errors: [{ code: 'INVALID', message, path: [], retryAfterMs: null }],
    parts: [],
  };
}

async function sendHalves(rows: readonly SendableRow[], options: SendOptions, before: Sent): Promise<Sent> {
  let sum = before;
  const middle = Math.ceil(rows.length / 2);
  for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
    const sent = await sendRows(half, options);
    sum = {
      results: [...sum.results, ...sent.results],
      failure: sent.failure,
      calls: sum.calls + sent.calls,
      upstream: sent.upstream ?? sum.upstream,
    };
    if (sent.failure !== null || options.stop.aborted) return sum;
  }
  return sum;
}

const DONE: ReadonlySet<string> = new Set(['CREATED', 'UPDATED', 'UNCHANGED', 'DELETED']);

/** The outcome of a row. Null if it is to be sent again. @param wasCreated by an earlier attempt */
function settle({ line, item }: SendableRow, result: CustomerResult, wasCreated: boolean): RowResult | null {
  const { outcome, errors, parts } = result;
  const failed = [result, ...parts].filter((each) => !DONE.has(each.outcome));
  if (failed.some(isOpen)) return null;
  const problems = [
    ...(outcome === 'UNCHANGED' ? [] : errors),
    ...parts.filter((part) => !DONE.has(part.outcome)).flatMap((part) => part.errors),
  ].map((error) => problemOf(error, item));
  if (!DONE.has(outcome)) return { line, outcome: 'REJECTED', problems };
  if (problems.length > 0) return { line, outcome: 'INCOMPLETE', problems };
  return { line, outcome: wasCreated ? 'CREATED' : writtenAs(outcome, parts), problems };
}

function writtenAs(outcome: CustomerResult['outcome'], parts: CustomerResult['parts']): RowOutcome {
  if (outcome === 'CREATED') return 'CREATED';
  return [outcome, ...parts.map((part) => part.outcome)].every((each) => each === 'UNCHANGED')
    ? 'UNCHANGED'
    : 'UPDATED';
}

/** Whether a later attempt can have another outcome. */
function isOpen({ outcome, errors }: Pick<CustomerResult, 'outcome' | 'errors'>): boolean {
  if (outcome === 'UNKNOWN') return true;
  const isPassing = errors.every(({ code }) => PASSING.has(code));
  return isPassing && (outcome === 'NOT_ATTEMPTED' || (outcome === 'FAILED' && errors.length > 0));
}

const PASSING: ReadonlySet<string> = new Set([
  'CANCELLED',
  'RATE_LIMITED',
  'TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

function problemOf({ code, message, path }: WriteError, item: Item): RowProblem {
  // The path begins with the list and the index of the row.
  return { code, field: fieldOf(path.slice(2), item.columnOf), message };
}
