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

/** A list of customers, but for what of each customer is wanted. */
export type CustomerList = Omit<CustomerQuery, 'include'>;

/** Customers, asked for once and together. */
export interface CustomerLoader {
  byId(entityId: number, include: CustomerIncludes): Promise<Customer | null>;
  /** Everyone with this e-mail, regardless of case: one in most stores, one per channel in some. */
  byEmail(email: string, include: CustomerIncludes): Promise<readonly Customer[]>;
  page(request: PageRequest, list: CustomerList, include: CustomerIncludes): Promise<StorePage<Customer>>;
  /** Everyone among the listed ids or e-mails who meets the other conditions too, by id. */
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
    (wanted) =>
      together(wanted, async (ids, include) =>
        oneByKey(await customers.byIds(ids, { filter: {}, include }), ({ entityId }) => entityId),
      ),
    onShared,
  );
  const byEmail = createPartsLoader<string, CustomerInclude, readonly Customer[]>(
    (wanted) =>
      together(wanted, async (emails, include) => {
        const portions = await customers.byEmails(emails, { filter: {}, include });
        for (const portion of portions) if ('items' in portion) prime(portion.items, include);
        return manyByKey(portions, ({ email }) => email.toLowerCase());
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
  const whole = createReadsLoader<
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
    among: (by, list, include) => whole({ by, list }, include),
  };
}
