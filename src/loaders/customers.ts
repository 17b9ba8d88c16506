import { itemsOrThrow } from '../rest/batching/chunks.ts';
import { readTogether } from '../rest/batching/read-together.ts';
import type { CustomerFilter, CustomerQuery } from '../rest/customers.ts';
import type { Rest } from '../rest/index.ts';
import type { Customer, CustomerInclude } from '../rest/records/customers.ts';
import { foldEmail } from '../rest/wire/email.ts';
import { type PageRequest, type StorePage, sortById } from '../rest/wire/page.ts';
import {
  type BatchingOptions,
  createFieldsetLoader,
  createQueryLoader,
  oneBatch,
} from './fieldset-loader.ts';
import { manyByKey, oneByKey } from './group-by-key.ts';

export type CustomerIncludes = ReadonlySet<CustomerInclude>;

/** Filter and sort order of a list of customers, without the included parts. */
export type CustomerListQuery = Omit<CustomerQuery, 'include'>;

/** Loads customers, batched and cached for one request. */
export interface CustomerLoader {
  byId(entityId: number, include: CustomerIncludes): Promise<Customer | null>;
  /** Caches a customer that the response to a write contains, with these parts. */
  prime(customer: Customer, include: CustomerIncludes): void;
  /** All customers with this e-mail, case-insensitive: at most one in most stores, one per channel in some. */
  byEmail(email: string, include: CustomerIncludes): Promise<readonly Customer[]>;
  page(
    request: PageRequest,
    list: CustomerListQuery,
    include: CustomerIncludes,
  ): Promise<StorePage<Customer>>;
  /** The filter in parts that fit one URL each. */
  split(list: CustomerListQuery): readonly CustomerFilter[];
  /** All customers that match one of these filters, sorted by id. */
  matching(filters: readonly CustomerFilter[], include: CustomerIncludes): Promise<readonly Customer[]>;
  /** All customers with one of the filter's ids or e-mails that match its other conditions too, sorted by id. */
  byKeys(
    by: 'entityIds' | 'emails',
    list: CustomerListQuery,
    include: CustomerIncludes,
  ): Promise<readonly Customer[]>;
}

export function createCustomerLoader(
  { customers }: Pick<Rest, 'customers'>,
  batching?: BatchingOptions,
): CustomerLoader {
  const byId = createFieldsetLoader<number, CustomerInclude, Customer | null>(
    (partsByKey) =>
      oneBatch(partsByKey, async (ids, include) =>
        oneByKey(await customers.byIds(ids, { filter: {}, include }), ({ entityId }) => entityId),
      ),
    batching,
  );
  const byEmail = createFieldsetLoader<string, CustomerInclude, readonly Customer[]>(
    (partsByKey) =>
      oneBatch(partsByKey, async (emails, include) => {
        const chunks = await customers.byEmails(emails, { filter: {}, include });
        for (const chunk of chunks) if ('items' in chunk) prime(chunk.items, include);
        return manyByKey(chunks, ({ email }) => foldEmail(email));
      }),
    batching,
  );
  const pages = createQueryLoader<
    { request: PageRequest; list: CustomerListQuery },
    CustomerInclude,
    StorePage<Customer>
  >(async ({ request, list }, include) => {
    const page = await customers.page(request, { ...list, include });
    prime(page.items, include);
    return page;
  }, batching);
  const byKeys = createQueryLoader<
    { by: 'entityIds' | 'emails'; list: CustomerListQuery },
    CustomerInclude,
    readonly Customer[]
  >(async ({ by, list }, include) => {
    const { entityIds = [], emails = [] } = list.filter;
    const query = { ...list, include };
    const items =
      by === 'entityIds'
        ? itemsOrThrow(await customers.byIds(entityIds, query))
        : itemsOrThrow(await customers.byEmails(emails, query));
    prime(items, include);
    return sortById(items);
  }, batching);

  const matching = createQueryLoader<readonly CustomerFilter[], CustomerInclude, readonly Customer[]>(
    async (filters, include) => {
      const parts = await readTogether(filters.map((filter) => customers.matching(filter, include)));
      const found = sortById(parts.flat());
      prime(found, include);
      return found;
    },
    batching,
  );

  function prime(items: readonly Customer[], include: CustomerIncludes): void {
    for (const customer of items) byId.prime(customer.entityId, include, customer);
  }

  return {
    split: ({ filter, sort }) => customers.split(filter, sort),
    matching,
    byId: byId.load,
    prime: (customer, include) => prime([customer], include),
    byEmail: (email, include) => byEmail.load(foldEmail(email), include),
    page: (request, list, include) => pages({ request, list }, include),
    byKeys: (by, list, include) => byKeys({ by, list }, include),
  };
}
