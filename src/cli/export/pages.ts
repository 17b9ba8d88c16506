import { complete as dataOf } from '../../client/client.ts';
import { mayRetry } from '../../client/failure.ts';
import { type Client, GatewayFailure, type UpstreamReport } from '../../client/index.ts';
import type { Clock } from '../../client/pace.ts';
import type { Definitions } from './csv.ts';
import {
  type CustomersData,
  customersDocument,
  definitionsDocument,
  type NestedList,
  nestedDocument,
  type ReadCustomer,
} from './documents.ts';
import type { ExportSettings } from './parts.ts';

export interface CustomerPage {
  readonly customers: readonly ReadCustomer[];
  /** Of the whole export. Null if this is not its first page, or if it is not known. */
  readonly total: number | null;
  /** Where the next page begins. Null if there is none. */
  readonly next: string | null;
  /** REST calls that the gateway made for it, and what the last answer said of the quota. */
  readonly calls: number;
  readonly upstream: UpstreamReport | null;
}

/** Reads what an export holds. Every function throws a GatewayFailure if the gateway has failed to the last. */
export interface Pages {
  definitions(): Promise<Definitions>;
  /** The customers after a cursor, with complete lists. */
  read(after: string | null): Promise<CustomerPage>;
}

/** Attempts after the first, of a page of which only a part could be read. */
const RETRIES = 5;

/** @param size customers per page */
export function createPages(
  client: Client,
  { parts, filter }: ExportSettings,
  { size, clock }: { readonly size: number; readonly clock: Pick<Clock, 'sleep'> },
): Pages {
  const document = customersDocument(parts);
  let [calls, upstream]: [number, UpstreamReport | null] = [0, null];

  /** The client sends again what had no answer. This sends again what was answered in part. */
  async function request<R>(query: string, variables: object): Promise<R> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const response = await client.requestPartial<R, object>(query, variables);
        calls += response.upstream?.requests ?? 0;
        upstream = response.upstream ?? upstream;
        return dataOf(response);
      } catch (error) {
        const isPartial = error instanceof GatewayFailure && error.data !== null && mayRetry(error, true);
        if (!isPartial || attempt >= RETRIES) throw error;
        await clock.sleep(error.retryAfterMs ?? 1_000 * 2 ** attempt);
      }
    }
  }

  /** Appends the pages of a list after its first. */
  async function complete(
    { entityId }: ReadCustomer,
    list: 'addresses' | 'metafields',
    first: NestedList | undefined,
  ): Promise<NestedList | undefined> {
    if (!first?.pageInfo.hasNextPage) return first;
    const nodes = [...first.nodes];
    let { pageInfo } = first;
    while (pageInfo.hasNextPage) {
      const data: { readonly customer: { readonly [name: string]: NestedList } | null } = await request(
        nestedDocument(list, parts),
        { by: { entityId }, after: pageInfo.endCursor },
      );
      const page = data.customer?.[list];
      // The customer was deleted meanwhile.
      if (page === undefined) break;
      nodes.push(...page.nodes);
      pageInfo = nextOf(page.pageInfo, pageInfo.endCursor);
    }
    return { nodes, pageInfo };
  }

  return {
    definitions: () =>
      parts.includes('attributes') || parts.includes('formFields')
        ? request(definitionsDocument(parts), {})
        : Promise.resolve({}),
    async read(after) {
      [calls, upstream] = [0, null];
      const variables = { first: size, after, filter, withTotal: after === null };
      const { customers } = await request<CustomersData>(document, variables);
      const { hasNextPage, endCursor } = nextOf(customers.pageInfo, after);
      const read: ReadCustomer[] = [];
      for (const customer of customers.nodes) {
        const addresses = await complete(customer, 'addresses', customer.addresses);
        const metafields = await complete(customer, 'metafields', customer.metafields);
        read.push({
          ...customer,
          ...(addresses && { addresses }),
          ...(metafields && { metafields }),
        });
      }
      return {
        customers: read,
        total: customers.totalCount ?? null,
        next: hasNextPage ? endCursor : null,
        ...{ calls, upstream },
      };
    },
  };
}

/** @throws GatewayFailure if the next page would be this one: the export would never end */
function nextOf<T extends { readonly hasNextPage: boolean; readonly endCursor: string | null }>(
  pageInfo: T,
  cursor: string | null,
): T {
  if (pageInfo.hasNextPage && (pageInfo.endCursor === null || pageInfo.endCursor === cursor))
    throw new GatewayFailure('BAD_RESPONSE', 'The gateway has a next page, but no cursor for it.', {
      status: 200,
    });
  return pageInfo;
}
