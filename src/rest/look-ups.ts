import { AsyncLocalStorage } from 'node:async_hooks';
import type { Ask, Key, Listing } from '../governor/readings.ts';
import {
  everyPage,
  type PageRequest,
  pageParameters,
  readPage,
  type StorePage,
  WIDEST_PAGE,
} from './page.ts';
import { inPortions, type Portion, split } from './portions.ts';
import { type Parameter, queryString } from './query.ts';
import type { Upstream } from './upstream.ts';
import { isId, isObject } from './wire.ts';

/** A lookup: reads the records that have the given keys. */
export interface LookUp<K, P> extends Listing<K, P> {
  readonly operation: string;
  readonly path: string;
  /** All parameters except those of the page. */
  parametersFor(listing: Listing<K, P>): readonly Parameter[];
  keyOf: Ask<K, P>['keyOf'];
}

/** Reads all records with these keys in as few calls as possible. The calls are shared with the lookups of other requests. */
export async function lookUp<K extends Key, P extends string>(
  client: Upstream,
  { operation, path, parts, parametersFor, keyOf, ...given }: LookUp<K, P>,
): Promise<readonly Portion<K, unknown>[]> {
  const { company } = client;
  const keys = [...new Set(given.keys)];
  const spaceFor = (wanted: ReadonlySet<P>) =>
    client.roomFor(path, [...parametersFor({ keys: [], parts: wanted }), ...WIDEST_PAGE]);
  const parametersOf = (listing: Listing<K, P>, request: PageRequest) => [
    ...parametersFor(listing),
    ...pageParameters(request),
  ];
  if (company === null) {
    return inPortions(keys, spaceFor(parts), (part) =>
      everyPage(async (request) =>
        recordsIn(await client.get(operation, path, parametersOf({ keys: part, parts }, request))),
      ),
    );
  }
  const ownKeys = new Set(keys);
  const inOwnContext = AsyncLocalStorage.snapshot();
  return company.join<K, P>({
    // The parameters without keys and parts: lookups can be batched if these are equal.
    name: `${path}?${queryString(parametersFor({ keys: [], parts: new Set() }))}`,
    keys,
    parts,
    signal: company.signal,
    split: (listing) => split(listing.keys, spaceFor(listing.parts)),
    callsLeft: company.readsLeft,
    page: (listing, request, signal) =>
      inOwnContext(async () => {
        const own = { keys: listing.keys.filter((key) => ownKeys.has(key)), parts };
        return recordsIn(
          await company.get({
            operation,
            path,
            parameters: parametersOf(listing, request),
            own: parametersOf(own, request),
            signal,
          }),
        );
      }),
    keyOf,
  });
}

function recordsIn(body: unknown): StorePage<unknown> {
  return readPage(body, (record) => record);
}

/** Returns a function that reads an id field of a record, or null. */
export function idIn(name: string): (record: unknown) => number | null {
  return (record) => {
    const id = isObject(record) ? record[name] : null;
    return isId(id) ? id : null;
  };
}

/** Returns a function that reads a string field of a record in lower case, or null. The store compares case-insensitively. */
export function wordIn(name: string): (record: unknown) => string | null {
  return (record) => {
    const text = isObject(record) ? record[name] : null;
    return typeof text === 'string' ? text.toLowerCase() : null;
  };
}
