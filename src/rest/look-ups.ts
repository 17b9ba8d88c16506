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

/** Reads a list of records by their keys. */
export interface LookUp<K, P> extends Listing<K, P> {
  readonly operation: string;
  readonly path: string;
  /** All parameters but the page's. */
  parametersFor(listing: Listing<K, P>): readonly Parameter[];
  keyOf: Ask<K, P>['keyOf'];
}

/** Whatever records have these keys, read in as few calls as fit, which are those of others' look-ups too. */
export async function lookUp<K extends Key, P extends string>(
  upstream: Pick<Upstream, 'get' | 'roomFor' | 'company'>,
  { operation, path, parts, parametersFor, keyOf, ...given }: LookUp<K, P>,
): Promise<readonly Portion<K, unknown>[]> {
  const { company } = upstream;
  const keys = [...new Set(given.keys)];
  const roomFor = (wanted: ReadonlySet<P>) =>
    upstream.roomFor(path, [...parametersFor({ keys: [], parts: wanted }), ...WIDEST_PAGE]);
  const pageOf = (listing: Listing<K, P>, request: PageRequest) => [
    ...parametersFor(listing),
    ...pageParameters(request),
  ];
  if (company === null) {
    return inPortions(keys, roomFor(parts), (part) =>
      everyPage(async (request) =>
        recordsIn(await upstream.get(operation, path, pageOf({ keys: part, parts }, request))),
      ),
    );
  }
  const mine = new Set(keys);
  const forMe = AsyncLocalStorage.snapshot();
  return company.join<K, P>({
    // Without keys and parts what is left is what all who ask together have in common.
    name: `${path}?${queryString(parametersFor({ keys: [], parts: new Set() }))}`,
    keys,
    parts,
    signal: company.signal,
    split: (listing) => split(listing.keys, roomFor(listing.parts)),
    callsLeft: company.readsLeft,
    page: (listing, request, signal) =>
      forMe(async () => {
        const own = { keys: listing.keys.filter((key) => mine.has(key)), parts };
        return recordsIn(
          await company.get({
            operation,
            path,
            parameters: pageOf(listing, request),
            own: pageOf(own, request),
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

/** The id that a record holds under a name. */
export function idIn(name: string): (record: unknown) => number | null {
  return (record) => {
    const id = isObject(record) ? record[name] : null;
    return isId(id) ? id : null;
  };
}

/** The text that a record holds under a name, in lower case: the store compares regardless of case. */
export function wordIn(name: string): (record: unknown) => string | null {
  return (record) => {
    const word = isObject(record) ? record[name] : null;
    return typeof word === 'string' ? word.toLowerCase() : null;
  };
}
