import type { GatewayFailure } from '../../client/index.ts';
import { createTimeLeft } from '../time-left.ts';
import type { ImportGateway } from './gateway.ts';
import type { Item } from './items.ts';
import type { Journal, RowOutcome, RowResult } from './journal.ts';
import type { Progress } from './progress.ts';
import type { CheckedRow } from './rows.ts';
import { checkedRows, type Scan } from './scan.ts';
import { type SendableRow, type Sent, sendRows } from './send.ts';

export interface RunOptions {
  readonly scan: Scan;
  readonly journal: Journal;
  readonly gateway: ImportGateway;
  readonly progress: Progress;
  /** Aborted when the import is to end with the batch in flight. */
  readonly stop: AbortSignal;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What became of an import. */
export interface RunSummary {
  /** The rows of all runs whose outcome is known, by outcome. */
  readonly counts: Readonly<Record<RowOutcome, number>>;
  /** Rows that an earlier run has finished. */
  readonly resumed: number;
  /** The rows that have to be corrected, by line. */
  readonly rejected: ReadonlyMap<number, RowResult>;
  /** Rows whose outcome is not known, or that were not sent. */
  readonly left: number;
  /** Why it ended before the end of the file. Null if it did not, or if it was stopped. */
  readonly failure: GatewayFailure | null;
}

/** Rows of one mutation: few enough that a stop does not wait long, and that the look-up of their addresses is one or two calls. */
const BATCH_ROWS = 50;
/** Half of what a request may have. */
const BATCH_BYTES = 400_000;

/** Writes the rows that no earlier run has finished, batch after batch, each with its entry in the journal. */
export async function runImport(options: RunOptions): Promise<RunSummary> {
  const { scan, journal, stop } = options;
  const tally = createTally(scan, journal, options);
  /** Rows of the next batch, and rows that are rejected without being sent. */
  let batch: SendableRow[] = [];
  let maxRows = BATCH_ROWS;
  let bytes = 0;
  let refused: RowResult[] = [];

  const sendOptions = {
    ...options,
    onTooMany: (rows: number) => {
      maxRows = Math.min(maxRows, rows);
    },
  };

  async function flush(): Promise<GatewayFailure | null> {
    const sent = batch.length === 0 ? NOTHING_SENT : await sendRows(batch, sendOptions);
    const results = [...refused, ...sent.results];
    if (results.length > 0) await journal.append(results);
    tally.add(results, batch.length, sent);
    [batch, bytes, refused] = [[], 0, []];
    return sent.failure;
  }

  for await (const row of checkedRows(scan)) {
    if (journal.earlier.has(row.line)) continue;
    if (stop.aborted) return tally.summary(null);
    if (row.item === null) refused.push(rejectionOf(row));
    else {
      batch.push({ line: row.line, item: row.item });
      bytes += byteLength(row.item);
    }
    if (batch.length < maxRows && bytes < BATCH_BYTES && refused.length < BATCH_ROWS) continue;
    const failure = await flush();
    if (failure !== null) return tally.summary(failure);
  }
  return tally.summary(await flush());
}

const NOTHING_SENT = { results: [], failure: null, calls: 0, upstream: null };

function rejectionOf({ line, problems }: CheckedRow): RowResult {
  return { line, outcome: 'REJECTED', problems };
}

function byteLength({ input }: Item): number {
  return Buffer.byteLength(JSON.stringify(input));
}

function createTally(scan: Scan, { earlier }: Journal, { now, progress }: RunOptions) {
  const counts: Record<RowOutcome, number> = {
    CREATED: 0,
    UPDATED: 0,
    UNCHANGED: 0,
    INCOMPLETE: 0,
    REJECTED: 0,
  };
  const rejected = new Map<number, RowResult>();
  const timeLeft = createTimeLeft(now);
  let done = 0;

  function count(result: RowResult): void {
    counts[result.outcome] += 1;
    done += 1;
    if (result.problems.length > 0) rejected.set(result.line, result);
  }
  for (const result of earlier.values()) count(result);

  return {
    add(
      results: readonly RowResult[],
      sentRows: number,
      { calls, upstream }: Pick<Sent, 'calls' | 'upstream'>,
    ): void {
      results.forEach(count);
      timeLeft.add({ items: sentRows, calls, upstream });
      const msLeft = timeLeft.of(scan.rows - done);
      progress.show({ done, total: scan.rows, rejected: rejected.size, msLeft });
    },
    summary: (failure: GatewayFailure | null): RunSummary => ({
      counts,
      resumed: earlier.size,
      rejected,
      left: scan.rows - done,
      failure,
    }),
  };
}
