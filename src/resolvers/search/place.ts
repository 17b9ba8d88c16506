import * as z from 'zod';
import { parseJsonOrNull } from '../../rest/wire/decode.ts';
import { foreignCursor } from '../paging/cursors.ts';
import { SEARCH_SOURCES, type SearchSource } from './query.ts';

/** A place in the results of a search: in one source, after those before it. */
export interface SearchPlace {
  readonly source: SearchSource;
  /** Cursor in the list of the source, which is bound to the text and the store. Null at its start. */
  readonly cursor: string | null;
  /** The sources before it that have not answered, so their customers were not shown. */
  readonly unanswered: readonly SearchSource[];
}

const SOURCE = z.enum(SEARCH_SOURCES);
const PLACE = z
  .tuple([SOURCE, z.string().nullable(), z.array(SOURCE).max(SEARCH_SOURCES.length)])
  .transform(([source, cursor, unanswered]): SearchPlace => ({ source, cursor, unanswered }));

export function encodePlace({ source, cursor, unanswered }: SearchPlace): string {
  return Buffer.from(JSON.stringify([source, cursor, unanswered])).toString('base64url');
}

/** Decodes a cursor of a search among these sources. @throws GatewayError BAD_USER_INPUT */
export function decodePlace(after: string, sources: readonly SearchSource[]): SearchPlace {
  const place = decodeUnverifiedPlace(after);
  if (place === null || !sources.includes(place.source)) throw foreignCursor('after');
  return place;
}

/** Decodes a cursor without a check of the search that it belongs to. Null if it is none. */
export function decodeUnverifiedPlace(after: unknown): SearchPlace | null {
  if (typeof after !== 'string' || after.length > MAX_LENGTH) return null;
  return PLACE.safeParse(parseJsonOrNull(Buffer.from(after, 'base64url').toString())).data ?? null;
}

/** A cursor of a list and the sources. */
const MAX_LENGTH = 12_000;
