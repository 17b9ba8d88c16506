import { RenewedMap, RenewedSet } from '../../renewed-collections.ts';
import {
  addLookup,
  covers,
  createLookupBatch,
  dropUnwanted,
  emptyLength,
  type Lookup,
  type LookupBatch,
  nameOf,
} from './lookup-batch.ts';
import type { SharingPeriod } from './sharing-period.ts';

/** The batches that lookups can join: by name, one that is open, and those in flight. */
export interface JoinableBatches {
  /** A batch in flight that asks for everything that a lookup asks for, else the open one with room for it, else a new one. */
  find(lookup: Lookup): LookupBatch;
  /** Notes that a batch leaves the queue: no key can be added any more. Drops the keys of those that have aborted. */
  start(batch: LookupBatch): void;
  /** Removes a batch that has ended. */
  remove(batch: LookupBatch): void;
}

/**
 * @param urlPrefixLength length of a URL before the path of a call, in characters
 * @param onOpen called with each new batch
 */
export function createJoinableBatches(
  period: SharingPeriod,
  urlPrefixLength: number,
  onOpen: (batch: LookupBatch) => void,
): JoinableBatches {
  const open = new RenewedMap<string, LookupBatch>();
  const inFlight = new RenewedMap<string, RenewedSet<LookupBatch>>();

  function covering(name: string, lookup: Lookup): LookupBatch | undefined {
    for (const sent of inFlight.get(name) ?? []) {
      if (sent.period === period.number && covers(sent, lookup)) return sent;
    }
    return undefined;
  }

  function openBatch(name: string, lookup: Lookup): LookupBatch {
    const opened = createLookupBatch(name, period.number, [], urlPrefixLength + emptyLength(lookup));
    addLookup(opened, lookup);
    open.set(name, opened);
    onOpen(opened);
    return opened;
  }

  return {
    find(lookup) {
      const name = nameOf(lookup);
      const sent = covering(name, lookup);
      if (sent) return sent;
      const current = open.get(name);
      return current && addLookup(current, lookup) ? current : openBatch(name, lookup);
    },
    start(batch) {
      const { name } = batch;
      if (open.get(name) === batch) open.delete(name);
      const started = inFlight.get(name) ?? new RenewedSet();
      if (batch.waiters.size === 0 || started.has(batch)) return;
      inFlight.set(name, started.add(batch));
      batch.period = period.number;
      dropUnwanted(batch);
    },
    remove(batch) {
      if (open.get(batch.name) === batch) open.delete(batch.name);
      const batches = inFlight.get(batch.name);
      batches?.delete(batch);
      if (batches?.size === 0) inFlight.delete(batch.name);
    },
  };
}
