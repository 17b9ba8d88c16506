import { type Chunk, readInChunks } from './batching/chunks.ts';
import type { Key, KeyFilter } from './client/call.ts';
import type { RequestClient } from './client/request-client.ts';
import type { OperationId } from './operations.ts';
import { isObject } from './wire/decode.ts';
import { foldEmail } from './wire/email.ts';
import { parseId } from './wire/ids.ts';
import { LONGEST_PAGE_PARAMETERS, readPage } from './wire/page.ts';
import { listParameter, type Parameter } from './wire/query.ts';

/** A lookup: reads the records that have the given keys. */
export interface Lookup<K extends Key> {
  readonly operation: OperationId;
  readonly keys: readonly K[];
  /** The filter that takes the keys. */
  readonly by: Pick<KeyFilter, 'name' | 'keyOf'>;
  readonly include?: readonly string[];
  /** All other parameters except those of the page. */
  readonly parameters?: readonly Parameter[];
  /** Whether lookups of other requests may be sent in the same call. @default true */
  readonly mergeable?: boolean;
}

/** Reads all records with these keys in as few calls as possible. The calls are shared with the lookups of other requests. */
export async function lookUp<K extends Key>(
  client: Pick<RequestClient, 'get' | 'remainingUrlLength'>,
  { operation, keys, by, include = [], parameters = [], mergeable = true }: Lookup<K>,
): Promise<readonly Chunk<K, unknown>[]> {
  const longest = [listParameter(by.name, []), ...parameters, ...LONGEST_PAGE_PARAMETERS];
  const space = client.remainingUrlLength(operation, { include, parameters: longest });
  return readInChunks([...new Set(keys)], space, async (values, isWhole) => {
    // Of a rejected list the halves go alone, so a faulty key does not meet the keys of others again.
    const filter = { ...by, values, mergeable: mergeable && isWhole };
    const body = await client.get(operation, { parameters, include, keys: filter, allPages: true });
    return readPage(body, (record) => record).items;
  });
}

/** Returns a function that reads an id field of a record, or null. */
export function idField(name: string): (record: unknown) => number | null {
  return (record) => (isObject(record) ? parseId(record[name]) : null);
}

/** Returns a function that reads an e-mail address of a record, folded, or null. The store compares case-insensitively. */
export function emailField(name: string): (record: unknown) => string | null {
  return (record) => {
    const text = isObject(record) ? record[name] : null;
    return typeof text === 'string' ? foldEmail(text) : null;
  };
}
