import type { Governor } from '../../governor/governor.ts';
import { batch } from '../batching/batch.ts';
import { deduplicate } from '../batching/deduplicate.ts';
import { readPages } from '../batching/read-pages.ts';
import { separateIncludes } from '../batching/separate-includes.ts';
import { endSharing, type SharingPeriod } from '../batching/sharing-period.ts';
import type { Cache } from '../cache/index.ts';
import type { MaybePromise } from '../cache/store.ts';
import type { Shortcuts } from '../shortcuts.ts';
import type { Layer } from './call.ts';
import type { HttpClient, WriteAttempt } from './http.ts';
import { limitReads } from './limit-reads.ts';
import { queueReads, queueWrites, type WriteCall } from './queue.ts';
import { record } from './record.ts';
import { attempt, send } from './send.ts';

/** The way of all calls to the store, for all GraphQL requests. */
export interface CallPath {
  /** Reads for a caller. */
  readonly read: Layer<unknown>;
  /** Reads that belong to a write. */
  readonly settle: Layer<unknown>;
  readonly write: Layer<WriteAttempt, WriteCall>;
  /** Length of a URL before the path of a call, in characters. */
  readonly urlPrefixLength: number;
  /** Number of the time between two writes. Only what began in the same one may be shared. */
  readonly sharingPeriod: () => number;
  /** Learns of the writes of other replicas, which end a sharing period too. */
  readonly learnWrites: () => MaybePromise<unknown>;
}

export interface CallPathOptions {
  readonly http: Pick<HttpClient, 'send' | 'attempt' | 'urlPrefixLength'>;
  readonly governor: Pick<Governor, 'read' | 'write'>;
  readonly shortcuts: Shortcuts;
  /** @default null: nothing is kept */
  readonly cache?: Cache | null;
}

/**
 * Puts the layers together. From the outside in:
 *
 * - The cache answers reads for callers, if it is on.
 * - `deduplicate` makes one call of identical reads in flight.
 * - `batch` makes one call of lookups by key that arrive together, and gives each caller its own records.
 * - The cache stores what each read found, also one that belongs to a write.
 * - `readPages` makes one call per page of a list that is wanted whole.
 * - `separateIncludes` keeps an include that the store rejects from failing the others.
 * - `limitReads` fails a read of an operation that has used up its calls.
 * - `queueReads`, `queueWrites` wait until the governor admits the call, and repeat it if that is allowed.
 * - `record` enters the call in the log of its operation.
 * - `send`, `attempt` make the HTTP request.
 *
 * `endSharing` keeps later reads from joining those that began before a write. The cache makes what a write changes
 * unusable after that, before the outcome is returned.
 */
export function createCallPath({ http, governor, shortcuts, cache = null }: CallPathOptions): CallPath {
  const { urlPrefixLength } = http;
  const period: SharingPeriod = { number: 0 };
  const queued = queueReads(governor, record(send(http)));
  const pages = readPages(separateIncludes(shortcuts, limitReads(queued)));
  const settled = readPages(separateIncludes(shortcuts, queued));
  const written = endSharing(period, queueWrites(governor, record(attempt(http))));
  if (cache === null) {
    return {
      read: deduplicate(period, batch({ period, urlPrefixLength }, pages)),
      settle: endSharing(period, settled),
      write: written,
      urlPrefixLength,
      sharingPeriod: () => period.number,
      learnWrites: () => null,
    };
  }
  cache.onInvalidation(() => {
    period.number += 1;
  });
  return {
    read: cache.serve(deduplicate(period, batch({ period, urlPrefixLength }, cache.fill(pages)))),
    settle: endSharing(period, cache.fill(settled)),
    write: cache.invalidate(written),
    urlPrefixLength,
    sharingPeriod: () => period.number,
    learnWrites: cache.learnInvalidations,
  };
}
