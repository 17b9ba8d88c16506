import { GatewayError } from '../../errors.ts';
import type { WriteAttempt } from '../client/http.ts';
import type { RequestClient } from '../client/request-client.ts';
import { MAX_URL_LENGTH } from '../limits.ts';
import type { WriteOperation } from '../operations.ts';
import { isObject, unreadable, unwrapEnvelope } from '../wire/decode.ts';
import { listParameter } from '../wire/query.ts';
import { type RejectedCall, type Rejection, readRejection } from './rejections.ts';

/** The result of one attempt at a write. `R` is the kind of record that it writes. */
export type WriteReply<R> =
  /** The store accepted it and answered with these records. Null stands for one that could not be read. */
  | { readonly outcome: 'accepted'; readonly records: readonly (R | null)[] }
  /** The store rejected it. `records` are those that it wrote nevertheless. */
  | { readonly outcome: 'rejected'; readonly records: readonly (R | null)[]; readonly rejection: Rejection }
  /** Nothing was sent. */
  | { readonly outcome: 'not-sent'; readonly error: GatewayError }
  /** Unknown: the response was lost, late or unreadable, or reports only a server error. */
  | { readonly outcome: 'unknown'; readonly error: GatewayError };

/**
 * Reads the response to a write.
 *
 * @param readRecords the records of a body. Null if it has another shape
 * @param call the call that an error response refers to
 */
export function readReply<R>(
  attempt: WriteAttempt,
  readRecords: (body: unknown) => readonly (R | null)[] | null,
  call: RejectedCall,
): WriteReply<R> {
  switch (attempt.outcome) {
    case 'ok': {
      const records = readRecords(attempt.body);
      return records === null ? UNREADABLE : { outcome: 'accepted', records };
    }
    case 'rejected': {
      // Some error responses contain the records that were written.
      const hasRecords = isObject(attempt.body) && 'data' in attempt.body;
      const records = hasRecords ? readRecords(attempt.body) : null;
      return { outcome: 'rejected', records: records ?? [], rejection: readRejection(attempt, call) };
    }
    default:
      return attempt;
  }
}

const UNREADABLE: WriteReply<never> = {
  outcome: 'unknown',
  error: new GatewayError('UPSTREAM_BAD_RESPONSE', "The store's answer to a write has an unexpected shape."),
};

/**
 * Reads a response to a batch write: `{ data: [...] }`, sometimes without `data` if nothing was written. Unreadable
 * records are null, so their items are read back.
 */
export function listOf<R>(read: (item: unknown) => R): (body: unknown) => readonly (R | null)[] | null {
  return (body) => {
    if (!isObject(body)) return null;
    const { data = [] } = body;
    if (!Array.isArray(data)) return null;
    return data.map((item) => nullIfUnreadable(() => read(item)));
  };
}

/**
 * Reads a response to a write of one item.
 *
 * @param fields fields of which a record has at least one. Without any, the response does not show what was written
 */
export function oneOf<R>(
  read: (item: unknown) => R,
  fields: readonly string[] = [],
): (body: unknown) => readonly R[] | null {
  return (body) => {
    const record = nullIfUnreadable(() => {
      const wire = unwrapEnvelope(body);
      if (fields.length > 0 && !fields.some((field) => field in wire)) throw unreadable('response');
      return read(wire);
    });
    return record === null ? null : [record];
  };
}

function nullIfUnreadable<R>(read: () => R): R | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}

/**
 * Characters that the URL of a delete call has for ids.
 *
 * @param urlPrefixLength length of a URL before the path of a call, in characters
 */
export function roomForIds({ path }: Pick<WriteOperation, 'path'>, urlPrefixLength: number): number {
  return MAX_URL_LENGTH - urlPrefixLength - path.length - `?${ID_FILTER}=`.length;
}

const ID_FILTER = 'id:in';

/** Deletes records by id. The response, 204 without a body, is the same for ids that do not exist. */
export async function deleteByIds(
  client: RequestClient,
  operation: WriteOperation,
  entityIds: readonly number[],
): Promise<WriteReply<number>> {
  const attempt = await client.write(operation, { parameters: [listParameter(ID_FILTER, entityIds)] });
  // The body of an error response is not about the ids.
  const deleted = attempt.outcome === 'ok' ? entityIds : [];
  return readReply(attempt, () => deleted, { operation, items: entityIds });
}
