import type { Customer, CustomerInclude, CustomerQuery } from '../rest/customers.ts';
import type { Rest } from '../rest/index.ts';
import { inOrder, type PageRequest, type StorePage } from '../rest/page.ts';
import { joined } from '../rest/portions.ts';
import {
  createPartsLoader,
  createReadsLoader,
  manyByKey,
  type OnShared,
  oneByKey,
  together,
} from './batch.ts';

export type CustomerIncludes = ReadonlySet<CustomerInclude>;

/** Filter and sort order of a list of customers, without the included parts. */
export type CustomerList = Omit<CustomerQuery, 'include'>;

/** Loads customers, batched and cached for one request. */
export interface CustomerLoader {
  byId(entityId: number, include: CustomerIncludes): Promise<Customer | null>;
  /** All customers with this e-mail, case-insensitive: at most one in most stores, one per channel in some. */
  byEmail(email: string, include: CustomerIncludes): Promise<readonly Customer[]>;
  page(request: PageRequest, list: CustomerList, include: CustomerIncludes): Promise<StorePage<Customer>>;
  /** All customers with one of the filter's ids or e-mails that match its other conditions too, sorted by id. */
  among(
    by: 'entityIds' | 'emails',
    list: CustomerList,
    include: CustomerIncludes,
  ): Promise<readonly Customer[]>;
}

export function createCustomerLoader(
  { customers }: Pick<Rest, 'customers'>,
  onShared?: OnShared,
): CustomerLoader {
  const byId = createPartsLoader<number, CustomerInclude, Customer | null>(
    (partsByKey) =>
      together(partsByKey, async (ids, include) =>
        oneByKey(await customers.byIds(ids, { filter: {}, include }), ({ entityId }) => entityId),
      ),
    onShared,
  );
  const byEmail = createPartsLoader<string, CustomerInclude, readonly Customer[]>(
    (partsByKey) =>
      together(partsByKey, async (emails, include) => {
        const chunks = await customers.byEmails(emails, { filter: {}, include });
        for (const chunk of chunks) if ('items' in chunk) prime(chunk.items, include);
        return manyByKey(chunks, ({ email }) => email.toLowerCase());
      }),
    onShared,
  );
  const pages = createReadsLoader<
    { request: PageRequest; list: CustomerList },
    CustomerInclude,
    StorePage<Customer>
  >(async ({ request, list }, include) => {
    const page = await customers.page(request, { ...list, include });
    prime(page.items, include);
    return page;
  }, onShared);
  const byKeys = createReadsLoader<
    { by: 'entityIds' | 'emails'; list: CustomerList },
    CustomerInclude,
    readonly Customer[]
  >(async ({ by, list }, include) => {
    const { entityIds = [], emails = [] } = list.filter;
    const query = { ...list, include };
    const items =
      by === 'entityIds'
        ? joined(await customers.byIds(entityIds, query))
        : joined(await customers.byEmails(emails, query));
    prime(items, include);
    return inOrder(items);
  }, onShared);

  function prime(items: readonly Customer[], include: CustomerIncludes): void {
    for (const customer of items) byId.prime(customer.entityId, include, customer);
  }

  return {
    byId: byId.load,
    byEmail: (email, include) => byEmail.load(email.toLowerCase(), include),
    page: (request, list, include) => pages({ request, list }, include),
    among: (by, list, include) => byKeys({ by, list }, include),
  };
}
