import type { Context } from '../../context.ts';
import { badInput, GatewayError } from '../../errors.ts';
import { readTogether } from '../../rest/batching/read-together.ts';
import { type CustomerSelection, prefetchMetafields } from '../customers.ts';
import { decodeUnverifiedCursor } from '../paging/cursors.ts';
import { checkSourceCursor, foundBySource, readSource, resembles } from './lists.ts';
import { type MergedHits, merge, type SearchRequest, type SourceAnswer } from './merge.ts';
import { decodePlace, type SearchPlace } from './place.ts';
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

/** A page of the customers that a search finds. */
export interface SearchPage extends MergedHits {
  readonly hasPreviousPage: boolean;
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
  // Before any source is asked: the others would answer for nothing.
  if (start.cursor !== null) checkSourceCursor(ctx, start.source, text, start.cursor);
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

async function readPage(
  ctx: SearchContext,
  request: SearchRequest,
  { include }: CustomerSelection,
): Promise<Omit<SearchPage, 'hasPreviousPage'>> {
  const { text, sources, start, count } = request;
  const left = sourcesFrom(sources, start);
  const answers = await readTogether(
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
  const checks = await readTogether(
    answered.map(async (source) => {
      const alike = answers
        .filter((answer) => sources.indexOf(answer.source) > sources.indexOf(source))
        .flatMap(({ page }) => (page instanceof GatewayError ? [] : page.nodes))
        .filter((customer) => resembles(source, customer, text));
      const ids = [...new Set(alike.map(({ entityId }) => entityId))];
      return { source, ids, found: await errorInstead(foundBySource(ctx, source, text, ids)) };
    }),
  );
  return {
    // No customer comes twice: if the store cannot tell, those who may have been shown are left out.
    shown: new Map(
      checks.map(({ source, ids, found }) => [source, found instanceof GatewayError ? new Set(ids) : found]),
    ),
    failures: checks.flatMap(({ source, found }) =>
      found instanceof GatewayError ? [{ source, error: found }] : [],
    ),
  };
}
