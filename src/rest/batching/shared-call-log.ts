import { parametersOf } from '../client/call.ts';
import type { CallLog, CallLogEntry } from '../client/call-log.ts';
import type { Parameter } from '../wire/query.ts';
import type { Waiter } from './lookup-batch.ts';

/**
 * The call log of a batch. Its first page counts for the host, each further page for an operation whose records made it
 * necessary. No operation gets more pages than it would have read alone. Rejected calls count for one whose keys or includes
 * the store rejects.
 */
export interface SharedCallLog extends CallLog {
  /** Attributes the pages when all of them have been read. @param recordsOf number of records that belong to a lookup */
  settle(recordsOf: (waiter: Waiter) => number): void;
  /** Attributes all calls to the lookup that the store rejects also when it is alone. Only the first one counts. */
  blame(waiter: Waiter): void;
}

/**
 * @param host the lookup whose operation makes the calls
 * @param waiters all lookups of the batch, including those that join later
 */
export function createSharedCallLog(host: Waiter, waiters: ReadonlySet<Waiter>): SharedCallLog {
  const { callLog } = host.lookup.requester;
  /** The calls for each page but the first. A call that was repeated has several. */
  const furtherPages = new Map<string, CallLogEntry[]>();
  let entries: CallLogEntry[] = [];
  let reads = 0;

  return {
    ...callLog,
    /** As many pages as the operation that may make the most reads, because they may all be for its records. */
    remainingReads() {
      const allowances = [...waiters].map(({ lookup }) => lookup.requester.callLog.remainingReads());
      return Math.max(callLog.remainingReads(), ...allowances) - Math.max(0, reads - 1);
    },
    countRead() {
      if (reads === 0) callLog.countRead();
      reads += 1;
    },
    start(call, parameters, waitedMs) {
      const entry = callLog.start(call, parameters, waitedMs);
      entries.push(entry);
      const page = pageOf(parameters);
      if (page !== undefined) furtherPages.set(page, [...(furtherPages.get(page) ?? []), entry]);
      return entry;
    },
    settle(recordsOf) {
      const pages = [...furtherPages.values()];
      const owners = attributePages(host, [...waiters], pages.length, recordsOf);
      for (const [i, owner] of owners.entries()) {
        owner.lookup.requester.callLog.countRead();
        if (owner !== host) for (const entry of pages[i] ?? []) handOver(entry, host, owner);
      }
    },
    blame(waiter) {
      if (entries.length > 0 && waiter !== host) {
        callLog.refundRead();
        waiter.lookup.requester.callLog.countRead();
        for (const entry of entries) handOver(entry, host, waiter);
      }
      entries = [];
    },
  };
}

/** The lookup that each page but the first is attributed to: the one with the most records on no page of its own. */
function attributePages(
  host: Waiter,
  waiters: readonly Waiter[],
  pages: number,
  recordsOf: (waiter: Waiter) => number,
): readonly Waiter[] {
  if (pages === 0) return [];
  const left = new Map(waiters.map((waiter) => [waiter, recordsOf(waiter)]));
  // The most records that a page can hold, whatever the store grants: all but the last page are full.
  const perPage = [...left.values()].reduce((sum, records) => sum + records, 0) / pages;
  left.set(host, (left.get(host) ?? 0) - perPage);
  return Array.from({ length: pages }, () => {
    const [[owner, records]] = [...left].sort(([, one], [, other]) => other - one) as [[Waiter, number]];
    left.set(owner, records - perPage);
    return owner;
  });
}

/** Moves a call from the log of the host to that of another operation, which must see none of the host's keys and fields. */
function handOver(entry: CallLogEntry, host: Waiter, { lookup, run }: Waiter): void {
  host.lookup.requester.callLog.remove(entry);
  const page = entry.parameters.slice(parametersOf(host.lookup).length);
  run(() => lookup.requester.callLog.adopt(entry, [...parametersOf(lookup), ...page]));
}

function pageOf(parameters: readonly Parameter[]): string | undefined {
  return parameters.find(([name]) => name === 'page')?.[1];
}
