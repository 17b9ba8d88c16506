import { badInput } from '../../errors.ts';
import { isId } from '../../rest/wire/ids.ts';
import { assertFilterValue } from '../inputs/filters.ts';
import { hasLength, isEmail } from '../inputs/validation.ts';

/**
 * Where a search looks, in the order of its results. NAME is last: it alone matches parts of a text, so it can match many
 * customers, and the others are few enough to tell whether a customer was among them.
 */
export const SEARCH_SOURCES = ['EMAIL', 'ID', 'PHONE', 'COMPANY', 'NAME'] as const;

export type SearchSource = (typeof SEARCH_SOURCES)[number];

const MIN_LENGTH = 2;
/** The longest value that one of the fields can have. */
const MAX_LENGTH = 255;
/** Characters of a URL that the text can take. Ids of a page of customers have to fit beside it. */
const MAX_ENCODED_LENGTH = 600;

const BY_SHORT_ID = 'A customer whose id has one digit is found by `customer(by: { entityId })`.';

/** The text of a search. @throws GatewayError BAD_USER_INPUT if the store cannot search for it */
export function parseSearchText(query: string): string {
  const text = query.trim();
  if (!hasLength(text, MIN_LENGTH)) {
    const problem = `must have at least ${MIN_LENGTH} characters.`;
    throw badInput('query', idIn(text) === null ? problem : `${problem} ${BY_SHORT_ID}`);
  }
  assertFilterValue(text, 'query');
  if (hasLength(text, MAX_LENGTH + 1)) throw badInput('query', `is longer than ${MAX_LENGTH} characters.`);
  if (encodeURIComponent(text).length > MAX_ENCODED_LENGTH)
    throw badInput('query', 'is too long for a URL of the store.');
  return text;
}

/** Where a text can be found, in the order of the results: at most four. */
export function sourcesOf(text: string): readonly SearchSource[] {
  if (isEmail(text)) return ['EMAIL'];
  const possible: Readonly<Record<SearchSource, boolean>> = {
    EMAIL: false,
    ID: idIn(text) !== null,
    PHONE: TELEPHONE_NUMBER.test(text),
    COMPANY: true,
    NAME: true,
  };
  return SEARCH_SOURCES.filter((source) => possible[source]);
}

/** The id that a text is. Null if it is none. */
export function idIn(text: string): number | null {
  const id = Number(text);
  return isId(id) && String(id) === text ? id : null;
}

const TELEPHONE_NUMBER = /^[+(]?\d[\d ()+./-]*$/;
