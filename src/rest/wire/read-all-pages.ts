import { GatewayError } from '../../errors.ts';
import { readTogether } from '../batching/read-together.ts';
import { PAGE_SIZE } from '../limits.ts';
import type { PageRequest, StorePage } from './page.ts';
import { gridOf, isFollowed, type NumberedRequest, type PageGrid, startOf } from './page-grid.ts';

/** Pages that are read concurrently. Limited because a wrong total could otherwise start a million calls. */
const MAX_CONCURRENT_PAGES = 16;

/** What has been read of a list, from its start. */
interface Progress<T> {
  readonly items: readonly T[];
  /** Number of records from the start of the list that have been read. */
  readonly covered: number;
  readonly grid: PageGrid | null;
  /** Total of the list. Null if the store does not report it. */
  readonly total: number | null;
  readonly hasMore: boolean;
}

/**
 * Reads all pages of a list by number. The first page reports the total and the page size, which the store may set below
 * the limit; the others are read concurrently. Without a total, pages are read one by one. If the page size changes
 * during the reads, reading continues from the first record that is missing.
 *
 * @throws GatewayError UPSTREAM_BAD_RESPONSE if the store returns the same page for every page number
 */
export async function readAllPages<T>(read: (request: PageRequest) => Promise<StorePage<T>>): Promise<T[]> {
  const first = await read(requestOf(1));
  let progress = addPage(START, first, requestOf(1));
  for (let futileRounds = 0; progress.hasMore; ) {
    const { covered } = progress;
    progress = await readNextPages(progress, first, read);
    futileRounds = progress.covered > covered ? 0 : futileRounds + 1;
    if (progress.hasMore && futileRounds === MAX_FUTILE_ROUNDS) throw samePageError();
  }
  return [...progress.items];
}

async function readNextPages<T>(
  known: Progress<T>,
  first: StorePage<T>,
  read: (request: PageRequest) => Promise<StorePage<T>>,
): Promise<Progress<T>> {
  const requests = nextNumbers(known).map(requestOf);
  const answers = await readTogether(requests.map(read));
  let progress = known;
  for (const [index, answer] of answers.entries()) {
    const request = requests[index] as NumberedRequest;
    if (request.page > 1 && isSamePage(first, answer)) throw samePageError();
    const { covered } = progress;
    progress = addPage(progress, answer, request);
    // The page size has changed, so the other pages have other records than expected.
    if (progress.hasMore && progress.covered === covered) break;
  }
  return progress;
}

function requestOf(page: number): NumberedRequest {
  return { page, limit: PAGE_SIZE };
}

/** Rounds without a new record, because the page size has changed, after which reading fails. */
const MAX_FUTILE_ROUNDS = 3;

const START: Progress<never> = { items: [], covered: 0, grid: null, total: null, hasMore: true };

/** Adds a page. One that does not continue what has been read is left out: the page size has changed. */
function addPage<T>(progress: Progress<T>, page: StorePage<T>, request: NumberedRequest): Progress<T> {
  const grid = gridOf(page, request, progress.grid);
  const start = startOf(page, request, grid);
  // The first page was short for another reason than its size, so the pages before this one have been read.
  const wasInferred = progress.grid?.isInferred === true && grid.size !== progress.grid.size;
  const covered = wasInferred ? Math.max(start, progress.covered) : progress.covered;
  const { total } = page;
  if (page.items.length === 0) return { ...progress, total, hasMore: false };
  if (start > covered) return { ...progress, grid, total, hasMore: true };
  const end = start + page.items.length;
  const hasMore = isFollowed(page, end, grid.size);
  return {
    items: [...progress.items, ...page.items.slice(covered - start)],
    covered: Math.max(covered, hasMore ? start + grid.size : end),
    grid,
    total,
    hasMore,
  };
}

function nextNumbers<T>({ covered, grid, total }: Progress<T>): number[] {
  const size = grid?.size ?? PAGE_SIZE;
  const next = Math.floor(covered / size) + 1;
  const last = total === null ? next : Math.max(next, Math.ceil(total / size));
  return Array.from({ length: Math.min(MAX_CONCURRENT_PAGES, last - next + 1) }, (_, i) => next + i);
}

// If the store ignored the page number, reading would never end. If records only shift during the reads, the first
// record of the list is not first on a later page.
function isSamePage<T>(first: StorePage<T>, later: StorePage<T>): boolean {
  return later.items.length > 0 && JSON.stringify(later.items[0]) === JSON.stringify(first.items[0]);
}

function samePageError(): GatewayError {
  return new GatewayError('UPSTREAM_BAD_RESPONSE', 'The store returns the same page for every page number.');
}
