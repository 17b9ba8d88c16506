import { GatewayError } from '../../errors.ts';
import type { Customer } from '../../rest/records/customers.ts';
import type { Connection } from '../paging/connection.ts';
import { encodePlace, type SearchPlace } from './place.ts';
import type { SearchSource } from './query.ts';

/** A customer with the source that found it first. */
export interface SearchHit {
  readonly customer: Customer;
  readonly source: SearchSource;
  readonly cursor: string;
}

/** A page that is asked for. */
export interface SearchRequest {
  readonly text: string;
  readonly sources: readonly SearchSource[];
  readonly start: SearchPlace;
  readonly count: number;
}

/** What a source answered. */
export interface SourceAnswer {
  readonly source: SearchSource;
  readonly page: Connection<Customer> | GatewayError;
}

export interface MergedHits {
  readonly hits: readonly SearchHit[];
  readonly hasNextPage: boolean;
  /** Where the next page begins. It is after customers that were found, but shown before. Null if nothing was found. */
  readonly endCursor: string | null;
}

/** The first customers of the answers, in the order of the sources, each once. */
export function merge(
  { sources, start, count }: SearchRequest,
  answers: readonly SourceAnswer[],
  shown: ReadonlyMap<SearchSource, ReadonlySet<number>>,
): MergedHits {
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
        seen.has(customer.entityId) || before.some((each) => shown.get(each)?.has(customer.entityId));
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
