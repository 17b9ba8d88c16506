import { ownCustomerId, requireCustomerAccess, requireScope } from '../access/permission.ts';
import type { Context } from '../context.ts';
import { badInput, GatewayError, valueOrThrow } from '../errors.ts';
import type { CustomerIncludes } from '../loaders/customers.ts';
import type { MetafieldSelection } from '../loaders/metafield-selection.ts';
import type { ExpectedCustomers } from '../loaders/metafields.ts';
import type { Customer, CustomerInclude } from '../rest/records/customers.ts';
import type { FormFieldValue } from '../rest/records/form-fields.ts';
import { foldEmail } from '../rest/wire/email.ts';
import { PARTS_IN_RESPONSE } from '../rest/writes/customers.ts';
import { type Available, whenKnown } from '../when-known.ts';
import { filterByName } from './form-fields.ts';
import { assertEmail } from './inputs/filters.ts';
import { parseEntityId, parseGlobalIdOf } from './inputs/ids.ts';
import type { NodeKind } from './nodes.ts';

type LoadersContext = Pick<Context, 'loaders'>;
type CallerContext = Pick<Context, 'caller'>;

/** What the operation selects of customers. */
export interface CustomerSelection {
  readonly include: CustomerIncludes;
  /** Their metafields, which are prefetched. */
  readonly metafields: readonly MetafieldSelection[];
}

/** Identifies a customer. Exactly one field is set. */
export interface CustomerBy {
  readonly id?: string | null | undefined;
  readonly entityId?: number | null | undefined;
  readonly email?: string | null | undefined;
}

/** One customer. Null if the store does not have it. @throws GatewayError BAD_USER_INPUT, FORBIDDEN */
export async function customerBy(
  ctx: LoadersContext & CallerContext,
  by: CustomerBy,
  selection: CustomerSelection,
): Promise<Customer | null> {
  // The owner of an e-mail address is known only after a lookup, so a lookup needs the scope for all customers.
  if (typeof by.email === 'string') requireScope(ctx.caller, 'customers:read', 'A customer by e-mail');
  if (typeof by.email === 'string') return customerByEmail(ctx, by.email, selection);
  const entityId =
    typeof by.id === 'string'
      ? parseGlobalIdOf('Customer', by.id, 'by.id')
      : parseEntityId(by.entityId ?? 0, 'by.entityId');
  requireCustomerAccess(ctx.caller, entityId);
  return customerById(ctx, entityId, selection);
}

/** The shopper's own customer. Null if the store no longer has it, or if the caller is not a shopper. */
export async function viewerCustomer(
  ctx: LoadersContext & CallerContext,
  selection: CustomerSelection,
): Promise<Customer | null> {
  const entityId = ownCustomerId(ctx.caller);
  return entityId === null ? null : customerById(ctx, entityId, selection);
}

export function customerById(
  ctx: LoadersContext,
  entityId: number,
  selection: CustomerSelection,
): Promise<Customer | null> {
  const customer = ctx.loaders.customers.byId(entityId, selection.include);
  prefetchMetafields(ctx, { key: `id ${entityId}`, size: 1 }, selection, customer);
  return customer;
}

export const customerNode: NodeKind<Customer> = {
  type: 'Customer',
  idCount: 1,
  idsOf: ({ entityId }) => [entityId],
  authorize: (caller, [entityId = 0]) => requireCustomerAccess(caller, entityId),
  find: (ctx, [entityId = 0], { includes, metafields }) =>
    // Records that share a call can share their includes at no cost.
    customerById(ctx, entityId, { include: includes('Customer', 'CustomerAddress'), metafields }),
};

/**
 * A customer that a write returned. If the operation selects more of it, all customers of the write are read in one
 * call.
 */
export async function reloadWrittenCustomer(
  ctx: LoadersContext,
  customer: Customer | null,
  selection: CustomerSelection,
): Promise<Customer | null> {
  if (customer === null) return null;
  const isComplete =
    selection.include.isSubsetOf(PARTS_IN_RESPONSE) &&
    (!selection.include.has('storeCredit') || customer.storeCredit !== undefined);
  if (isComplete) ctx.loaders.customers.prime(customer, selection.include);
  if (isComplete && selection.metafields.length === 0) return customer;
  const read = isComplete
    ? Promise.resolve(customer)
    : ctx.loaders.customers.byId(customer.entityId, selection.include);
  prefetchMetafields(ctx, { key: `id ${customer.entityId}`, size: 1 }, selection, read);
  try {
    return (await read) ?? customer;
  } catch (error) {
    // The written fields are known. The others fail when they are resolved.
    if (error instanceof GatewayError) return customer;
    throw error;
  }
}

/** Announces the metafields that the operation selects of customers, while the customers are read. */
export function prefetchMetafields(
  ctx: LoadersContext,
  expected: ExpectedCustomers,
  { metafields }: CustomerSelection,
  customers: Promise<unknown>,
): void {
  for (const selection of metafields) ctx.loaders.metafields.prefetch(expected, selection, customers);
}

async function customerByEmail(
  ctx: LoadersContext,
  email: string,
  selection: CustomerSelection,
): Promise<Customer | null> {
  assertEmail(email, 'by.email');
  const found = ctx.loaders.customers.byEmail(email, selection.include);
  prefetchMetafields(ctx, { key: `email ${foldEmail(email)}`, size: 1 }, selection, found);
  const customers = await found;
  if (customers.length > 1) {
    const ids = customers.map(({ entityId }) => entityId).join(', ');
    throw badInput('by.email', `matches several customers: ${ids}. Use entityId.`);
  }
  return customers[0] ?? null;
}

/** An optional part of a customer. It is read if the record does not contain it. @throws GatewayError if it cannot be decoded */
export function loadIncluded<
  K extends
    | 'formFields'
    | 'storeCredit'
    | 'shopperProfileId'
    | 'segmentIds'
    | 'addressCount'
    | 'attributeCount',
>(ctx: LoadersContext, customer: Customer, part: K): Available<Part<K> | null> {
  if (customer[part] !== undefined) return partOf(customer, part);
  const read = ctx.loaders.customers.byId(customer.entityId, INCLUDE_OF[part]);
  return read.then((complete) => partOf(complete, part));
}

type Part<K extends keyof Customer> = Exclude<Customer[K], undefined | GatewayError>;

function partOf<K extends keyof Customer>(customer: Customer | null, part: K): Part<K> | null {
  const value = valueOrThrow<Customer[K] | undefined>(customer?.[part]);
  return (value ?? null) as Part<K> | null;
}

/** The values of a customer's form fields, or of those with these names. */
export function formFieldsOfCustomer(
  ctx: LoadersContext,
  customer: Customer,
  names: readonly string[] | null | undefined,
): Available<readonly FormFieldValue[] | null> {
  return whenKnown(loadIncluded(ctx, customer, 'formFields'), (values) => filterByName(values, names));
}

const INCLUDE_OF = {
  formFields: including('formFields'),
  storeCredit: including('storeCredit'),
  shopperProfileId: including('shopperProfileId'),
  segmentIds: including('segmentIds'),
  addressCount: including('addresses'),
  attributeCount: including('attributes'),
} as const;

function including(include: CustomerInclude): CustomerIncludes {
  return new Set([include]);
}
