import type { Context } from '../../context.ts';
import { badInput, GatewayError } from '../../errors.ts';
import type { Customer } from '../../rest/records/customers.ts';
import { type CustomerSelection, prefetchMetafields } from '../customers.ts';
import type { Connection } from '../paging/connection.ts';
import { decodeUnverifiedCursor } from '../paging/cursors.ts';
import { foundBySource, readSource } from './lists.ts';
import { decodePlace, encodePlace, type SearchPlace } from './place.ts';
import { parseSearchText, type SearchSource, sourcesOf } from './query.ts';

type SearchContext = Pick<Context, 'loaders' | 'storeHash'>;

export interface SearchArguments {
  readonly query: string;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A source that did not answer. */
export interface SearchFailure {
  readonly source: SearchSource;
  readonly error: GatewayError;
}

/** A customer with the source that found it first. */
export interface SearchHit {
  readonly customer: Customer;
  readonly source: SearchSource;
  readonly cursor: string;
}

/** A page of the customers that a search finds. */
export interface SearchPage {
  readonly hits: readonly SearchHit[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where the next page begins. It is after customers that were found, but shown before. Null if nothing was found. */
  readonly endCursor: string | null;
  readonly failures: readonly SearchFailure[];
}

/** Maximum number of customers on a page, and the default. */
export const MAX_HITS = 50;
export const DEFAULT_HITS = 20;

/**
 * Searches for customers by e-mail address, id, telephone number, company and name: by those that the text can be, at once. A
 * customer whom several sources find comes once. The search fails only if every source that it asks fails.
 *
 * @throws GatewayError BAD_USER_INPUT
 */
export async function searchCustomers(
  ctx: SearchContext,
  { query, first, after }: SearchArguments,
  selection: CustomerSelection,
): Promise<SearchPage> {
  const text = parseSearchText(query);
  const count = first ?? DEFAULT_HITS;
  if (count < 0 || count > MAX_HITS) throw badInput('first', `must be between 0 and ${MAX_HITS}.`);
  const sources = sourcesOf(text);
  const [firstSource = 'NAME'] = sources;
  const start =
    typeof after === 'string'
      ? decodePlace(after, sources)
      : { source: firstSource, cursor: null, unanswered: [] };
  if (count === 0) return { ...NOTHING, hasPreviousPage: typeof after === 'string' };
  const page = readPage(ctx, { text, sources, start, count }, selection);
  const expected = { key: `searchCustomers ${JSON.stringify([text, start, count])}`, size: count };
  prefetchMetafields(ctx, expected, selection, page);
  return { ...(await page), hasPreviousPage: typeof after === 'string' };
}

const NOTHING: SearchPage = {
  hits: [],
  hasNextPage: false,
  hasPreviousPage: false,
  endCursor: null,
  failures: [],
};

interface SearchRequest {
  readonly text: string;
  readonly sources: readonly SearchSource[];
  readonly start: SearchPlace;
  readonly count: number;
}

/** What a source answered. */
interface SourceAnswer {
  readonly source: SearchSource;
  readonly page: Connection<Customer> | GatewayError;
}

async function readPage(
  ctx: SearchContext,
  request: SearchRequest,
  { include }: CustomerSelection,
): Promise<Omit<SearchPage, 'hasPreviousPage'>> {
  const { text, sources, start, count } = request;
  const left = sourcesFrom(sources, start);
  const answers = await Promise.all(
    left.map(async (source): Promise<SourceAnswer> => {
      const place = { first: count, after: source === start.source ? start.cursor : null };
      return { source, page: await errorInstead(readSource(ctx, source, text, place, include)) };
    }),
  );
  const failed = answers.flatMap(failureOf);
  const [failure] = failed;
  if (failure !== undefined && failed.length === answers.length) throw failure.error;
  const earlier = await shownBefore(ctx, request, answers);
  return {
    ...merge(request, answers, earlier.shown),
    failures: [...failed, ...earlier.failures],
  };
}

/**
 * The sources that a page asks. A place by number, in a store without cursors, can take two calls, so that page asks no other
 * source: with the checks for customers shown before, no page makes more than four.
 */
function sourcesFrom(sources: readonly SearchSource[], start: SearchPlace): readonly SearchSource[] {
  const isNumbered = decodeUnverifiedCursor(start.cursor)?.kind === 'number';
  return isNumbered ? [start.source] : sources.slice(sources.indexOf(start.source));
}

async function errorInstead<T>(answer: Promise<T>): Promise<T | GatewayError> {
  try {
    return await answer;
  } catch (error) {
    // A cursor of another search is an error of the caller, not of a source.
    if (error instanceof GatewayError && error.code !== 'BAD_USER_INPUT') return error;
    throw error;
  }
}

function failureOf({ source, page }: SourceAnswer): readonly SearchFailure[] {
  return page instanceof GatewayError ? [{ source, error: page }] : [];
}

/** The customers of this page whom a page before can have shown, by the source that showed them. */
async function shownBefore(
  ctx: SearchContext,
  { text, sources, start }: SearchRequest,
  answers: readonly SourceAnswer[],
): Promise<{
  readonly shown: ReadonlyMap<SearchSource, ReadonlySet<number>>;
  readonly failures: readonly SearchFailure[];
}> {
  const before = sources.slice(0, sources.indexOf(start.source) + (start.cursor === null ? 0 : 1));
  const answered = before.filter((source) => !start.unanswered.includes(source));
  const checks = await Promise.all(
    answered.map(async (source) => {
      const later = answers.filter((answer) => sources.indexOf(answer.source) > sources.indexOf(source));
      const customers = later.flatMap(({ page }) => (page instanceof GatewayError ? [] : page.nodes));
      return { source, customers, found: await errorInstead(foundBySource(ctx, source, text, customers)) };
    }),
  );
  return {
    shown: new Map(
      checks.map(({ source, customers, found }) => [
        source,
        // No customer comes twice: if the store cannot tell, those who may have been shown are left out.
        found instanceof GatewayError ? new Set(customers.map(({ entityId }) => entityId)) : found,
      ]),
    ),
    failures: checks.flatMap(({ source, found }) =>
      found instanceof GatewayError ? [{ source, error: found }] : [],
    ),
  };
}

/** The first customers of the answers, in the order of the sources, each once. */
function merge(
  { sources, start, count }: SearchRequest,
  answers: readonly SourceAnswer[],
  shownBefore: ReadonlyMap<SearchSource, ReadonlySet<number>>,
): Pick<SearchPage, 'hits' | 'hasNextPage' | 'endCursor'> {
  const hits: SearchHit[] = [];
  const seen = new Set<number>();
  let endCursor: string | null = null;
  let unanswered = start.unanswered;
  for (const { source, page } of answers) {
    if (page instanceof GatewayError) {
      // What a source has shown on a page before must not come again, even if it fails on this one.
      if (source !== start.source || start.cursor === null) unanswered = [...unanswered, source];
      continue;
    }
    const before = sources.filter((each) => sources.indexOf(each) < sources.indexOf(source));
    for (const [index, customer] of page.nodes.entries()) {
      if (hits.length === count) return { hits, endCursor, hasNextPage: true };
      const cursor = encodePlace({ source, cursor: page.cursorAt(index), unanswered });
      const isShown =
        seen.has(customer.entityId) || before.some((each) => shownBefore.get(each)?.has(customer.entityId));
      if (!isShown) hits.push({ customer, source, cursor });
      seen.add(customer.entityId);
      endCursor = cursor;
    }
    // Only when a source has no more do the next ones follow.
    if (page.hasNextPage) return { hits, endCursor, hasNextPage: true };
  }
  const next = sources[sources.indexOf(start.source) + answers.length];
  if (next === undefined) return { hits, endCursor, hasNextPage: false };
  return { hits, endCursor: encodePlace({ source: next, cursor: null, unanswered }), hasNextPage: true };
}
