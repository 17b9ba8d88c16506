import { AsyncLocalStorage } from 'node:async_hooks';
import { type Chunk, chunkKeys, readInChunks } from './batching/chunks.ts';
import type { BatchQuery, Key, LookupRequest } from './batching/shared-batch.ts';
import type { RequestClient } from './client/request-client.ts';
import { isId, isObject } from './wire/decode.ts';
import {
  LONGEST_PAGE_PARAMETERS,
  type PageRequest,
  pageParameters,
  readAllPages,
  readPage,
  type StorePage,
} from './wire/page.ts';
import { type Parameter, queryString } from './wire/query.ts';

/** A lookup: reads the records that have the given keys. */
export interface Lookup<K, P> extends BatchQuery<K, P> {
  readonly operation: string;
  readonly path: string;
  /** All parameters except those of the page. */
  parametersFor(listing: BatchQuery<K, P>): readonly Parameter[];
  keyOf: LookupRequest<K, P>['keyOf'];
}

/** Reads all records with these keys in as few calls as possible. The calls are shared with the lookups of other requests. */
export async function lookUp<K extends Key, P extends string>(
  client: RequestClient,
  { operation, path, parts, parametersFor, keyOf, ...given }: Lookup<K, P>,
): Promise<readonly Chunk<K, unknown>[]> {
  const { sharedReads } = client;
  const keys = [...new Set(given.keys)];
  const spaceFor = (wanted: ReadonlySet<P>) =>
    client.remainingUrlLength(path, [
      ...parametersFor({ keys: [], parts: wanted }),
      ...LONGEST_PAGE_PARAMETERS,
    ]);
  const parametersOf = (listing: BatchQuery<K, P>, request: PageRequest) => [
    ...parametersFor(listing),
    ...pageParameters(request),
  ];
  if (sharedReads === null) {
    return readInChunks(keys, spaceFor(parts), (part) =>
      readAllPages(async (request) =>
        readRecords(await client.get(operation, path, parametersOf({ keys: part, parts }, request))),
      ),
    );
  }
  const ownKeys = new Set(keys);
  const inOwnContext = AsyncLocalStorage.snapshot();
  return sharedReads.lookUp<K, P>({
    // The parameters without keys and parts: lookups can be batched if these are equal.
    name: `${path}?${queryString(parametersFor({ keys: [], parts: new Set() }))}`,
    keys,
    parts,
    signal: sharedReads.signal,
    splitKeys: (listing) => chunkKeys(listing.keys, spaceFor(listing.parts)),
    remainingCalls: sharedReads.remainingReads,
    readPage: (listing, request, signal) =>
      inOwnContext(async () => {
        const own = { keys: listing.keys.filter((key) => ownKeys.has(key)), parts };
        return readRecords(
          await sharedReads.get({
            operation,
            path,
            parameters: parametersOf(listing, request),
            ownParameters: parametersOf(own, request),
            signal,
          }),
        );
      }),
    keyOf,
  });
}

function readRecords(body: unknown): StorePage<unknown> {
  return readPage(body, (record) => record);
}

/** Returns a function that reads an id field of a record, or null. */
export function idField(name: string): (record: unknown) => number | null {
  return (record) => {
    const id = isObject(record) ? record[name] : null;
    return isId(id) ? id : null;
  };
}

/** Returns a function that reads a string field of a record in lower case, or null. The store compares case-insensitively. */
export function textField(name: string): (record: unknown) => string | null {
  return (record) => {
    const text = isObject(record) ? record[name] : null;
    return typeof text === 'string' ? text.toLowerCase() : null;
  };
}
