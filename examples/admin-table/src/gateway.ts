import { createClient } from 'graphql-for-bigcommerce-customers/client';
import { graphql } from './gql/gql.ts';
import type { CustomerSort, CustomersPageQuery, SaveCustomersMutation } from './gql/graphql.ts';

const client = createClient({ url: '/graphql' });

const PAGE_SIZE = 10;

const CUSTOMERS = graphql(`
  query CustomersPage(
    $filter: CustomerFilter
    $sort: CustomerSort
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    customers(filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      nodes { id entityId firstName lastName email company createdAt }
      pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
    }
  }
`);

const SAVE = graphql(`
  mutation SaveCustomers($input: UpdateCustomersInput!) {
    updateCustomers(input: $input) {
      results {
        index
        outcome
        errors { code message path retryAfterMs }
      }
    }
  }
`);

export type Sort = CustomerSort | null;
export type Customer = NonNullable<CustomersPageQuery['customers']>['nodes'][number];
export type Result = NonNullable<SaveCustomersMutation['updateCustomers']>['results'][number];

/** Where a page is in its list. */
export type Place = { readonly after: string } | { readonly before: string } | null;

/** What the table shows. */
export interface View {
  readonly name: string;
  readonly sort: Sort;
  readonly place: Place;
}

export async function loadPage({ name, sort, place }: View, signal: AbortSignal) {
  const page =
    place !== null && 'before' in place
      ? { last: PAGE_SIZE, before: place.before }
      : { first: PAGE_SIZE, ...(place !== null && { after: place.after }) };
  const filter = name === '' ? null : { nameLike: [name] };
  const { customers } = await client.request(CUSTOMERS, { filter, sort, ...page }, { signal });
  return customers;
}

/** What a row of the table changes. */
export interface Change {
  readonly entityId: number;
  readonly email?: string;
  readonly company?: string;
}

/** The result of each change, in their order. Changes that the store could not take yet are sent again. */
export async function save(changes: readonly Change[]): Promise<readonly Result[]> {
  const { data } = await client.write(SAVE, { input: { customers: [...changes] } });
  return data?.updateCustomers?.results ?? [];
}
