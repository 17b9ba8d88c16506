import type { Context } from '../context.ts';
import type { CustomerCreation, CustomerFields, CustomerUpdate } from '../rest/customer-writes.ts';
import { type Customer, type CustomerInclude, readCustomer } from '../rest/customers.ts';
import { SHOWN_ON_CUSTOMER } from '../rest/limits.ts';
import { joined } from '../rest/portions.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { checkAddress } from './address-writes.ts';
import { count, each, email, id, noNulls, text } from './checks.ts';
import { among, type DeletePayload, runDeletes } from './deletes.ts';
import { beyondProfile, ofOthers } from './own.ts';
import { quotes } from './refusals.ts';
import { equals, holds, holdsFields, recordsIn } from './write-answers.ts';
import type { Problem, WritePayload } from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

/** Creates customers with at most 10 addresses and 10 attribute values each. */
export async function createCustomers(
  ctx: MutationContext,
  customers: readonly CustomerCreation[],
): Promise<WritePayload<Customer>> {
  const payload = await runWrites<CustomerCreation, Customer>(
    ctx.writes,
    {
      list: 'customers',
      rule: WRITE_RULES.createCustomers,
      outcome: 'CREATED',
      check: checkCreation,
      keyOf: (customer) => customer.email.trim().toLowerCase(),
      send: (items) => ctx.rest.customerWrites.create(items),
      recordsIn: (body) => recordsIn(body, (item) => readCustomer(item, ANSWERED, ctx.rest.onIrregular)),
      isRecordOf: (record, customer) => sameEmail(record.email, customer.email),
      mentions: (customer, text) => quotes(text, customer.email),
      readBack: (items, since) => readBackCreations(ctx, items, since),
    },
    customers,
  );
  ctx.loaders.forget();
  return payload;
}

/** The optional parts of a customer that the response to a write contains. */
const ANSWERED: ReadonlySet<CustomerInclude> = new Set(['storeCredit']);

// A customer who was created before this write, or with other values, is not the one that was sent.
async function readBackCreations(
  { rest }: MutationContext,
  items: readonly CustomerCreation[],
  since: Date,
): Promise<ReadonlyMap<CustomerCreation, Found<Customer>>> {
  const emails = items.map((customer) => customer.email.trim());
  const held = joined(await rest.customers.byEmails(emails, { filter: {}, include: ANSWERED }));
  return new Map(
    items.map((customer): [CustomerCreation, Found<Customer>] => {
      const recent = held.filter(
        ({ email: otherEmail, createdAt }) =>
          sameEmail(otherEmail, customer.email) && createdAt !== null && createdAt >= since,
      );
      const record = recent.find(
        (other) =>
          holds(other.firstName, customer.firstName) &&
          holds(other.lastName, customer.lastName) &&
          holds(other.company, customer.company ?? undefined) &&
          holds(other.phone, customer.phone ?? undefined),
      );
      if (record) return [customer, { state: 'written', record }];
      // Either another writer created this customer just now, or the store normalised the values of this write.
      return [customer, { state: recent.length > 0 ? 'unclear' : 'absent' }];
    }),
  );
}

function sameEmail(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** Updates customers. Addresses and attribute values have separate mutations. */
export async function updateCustomers(
  ctx: MutationContext,
  customers: readonly CustomerUpdate[],
): Promise<WritePayload<Customer>> {
  const payload = await runWrites<CustomerUpdate, Customer>(
    ctx.writes,
    {
      list: 'customers',
      rule: WRITE_RULES.updateCustomers,
      outcome: 'UPDATED',
      check: (customer) => [
        ...ofOthers(ctx, 'entityId', customer.entityId),
        ...beyondProfile(ctx, customer),
        ...checkUpdate(customer),
      ],
      keyOf: ({ entityId }) => String(entityId),
      send: (items) => ctx.rest.customerWrites.update(items),
      recordsIn: (body) => recordsIn(body, (item) => readCustomer(item, ANSWERED, ctx.rest.onIrregular)),
      isRecordOf: (record, { entityId }) => record.entityId === entityId,
      mentions: (customer, text) => typeof customer.email === 'string' && quotes(text, customer.email),
      readBack: (items, since) => readBackUpdates(ctx, items, since),
      mayRepeat: (customer) => !setsPassword(customer),
    },
    customers,
  );
  ctx.loaders.forget();
  return payload;
}

async function readBackUpdates(
  { rest }: MutationContext,
  items: readonly CustomerUpdate[],
  since: Date,
): Promise<ReadonlyMap<CustomerUpdate, Found<Customer>>> {
  const include = new Set<CustomerInclude>(['storeCredit']);
  if (items.some(({ formFields }) => formFields)) include.add('formFields');
  const ids = items.map(({ entityId }) => entityId);
  const portions = await rest.customers.byIds(ids, { filter: {}, include });
  const records = new Map(joined(portions).map((record) => [record.entityId, record]));
  return new Map(
    items.map((customer): [CustomerUpdate, Found<Customer>] => {
      const record = records.get(customer.entityId);
      if (record === undefined) return [customer, { state: 'gone' }];
      if (setsPassword(customer))
        return [customer, { state: isUntouched(record, since) ? 'absent' : 'unclear' }];
      return [customer, isHeld(record, customer) ? { state: 'written', record } : { state: 'absent' }];
    }),
  );
}

// No read shows whether a password was set, only whether the customer was updated at all.
function isUntouched({ updatedAt }: Customer, since: Date): boolean {
  return updatedAt !== null && updatedAt < since;
}

function setsPassword({ authentication }: CustomerFields): boolean {
  return typeof authentication?.newPassword === 'string';
}

/** Whether a customer has all values that were sent. */
function isHeld(record: Customer, sent: CustomerUpdate): boolean {
  return (
    (typeof sent.email !== 'string' || sameEmail(record.email, sent.email)) &&
    holds(record.firstName, sent.firstName) &&
    holds(record.lastName, sent.lastName) &&
    holds(record.company, sent.company) &&
    holds(record.phone, sent.phone) &&
    holds(record.notes, sent.notes) &&
    holds(record.taxExemptCategory, sent.taxExemptCategory) &&
    (sent.customerGroupId === undefined || (record.customerGroupId ?? 0) === (sent.customerGroupId ?? 0)) &&
    equals(record.acceptsProductReviewAbandonedCartEmails, sent.acceptsProductReviewAbandonedCartEmails) &&
    equals(record.forcePasswordReset, sent.authentication?.forcePasswordReset) &&
    (sent.channelIds === undefined || sameList(record.channelIds, sent.channelIds)) &&
    (!sent.storeCredit || sameList(amountsOf(record.storeCredit), amountsOf(sent.storeCredit))) &&
    holdsFields(record.formFields, sent.formFields)
  );
}

function amountsOf(credit: Customer['storeCredit']): readonly number[] {
  return credit?.map(({ amount }) => amount) ?? [];
}

function sameList(one: readonly number[] | null, other: readonly number[] | null): boolean {
  return JSON.stringify(one?.toSorted()) === JSON.stringify(other?.toSorted());
}

export async function deleteCustomers(
  ctx: MutationContext,
  entityIds: readonly number[],
): Promise<DeletePayload> {
  const payload = await runDeletes(
    ctx.writes,
    {
      rule: WRITE_RULES.deleteCustomers,
      send: (items) => ctx.rest.customerWrites.delete(items.map(({ entityId }) => entityId)),
      async existing(items) {
        const ids = items.map(({ entityId }) => entityId);
        const portions = await ctx.rest.customers.byIds(ids, { filter: {}, include: new Set() });
        return among(items, joined(portions));
      },
    },
    entityIds.map((entityId) => ({ entityId })),
  );
  ctx.loaders.forget();
  return payload;
}

const CLEARABLE: ReadonlySet<string> = new Set([
  'company',
  'phone',
  'notes',
  'taxExemptCategory',
  'customerGroupId',
  'channelIds',
]);

function checkCreation(customer: CustomerCreation): Problem[] {
  return [
    ...checkFields(customer),
    ...count('addresses', customer.addresses, SHOWN_ON_CUSTOMER),
    ...each('addresses', customer.addresses, checkAddress),
    ...count('attributes', customer.attributes, SHOWN_ON_CUSTOMER),
    ...each('attributes', customer.attributes, ({ attributeEntityId, value }) => [
      ...id('attributeEntityId', attributeEntityId),
      ...text('value', value, 0, 255),
    ]),
    ...id('originChannelId', customer.originChannelId),
  ];
}

function checkUpdate(customer: CustomerUpdate): Problem[] {
  return [...id('entityId', customer.entityId), ...noNulls(customer, CLEARABLE), ...checkFields(customer)];
}

function checkFields(customer: CustomerFields): Problem[] {
  return [
    ...email('email', customer.email),
    ...text('firstName', customer.firstName, 1, 100),
    ...text('lastName', customer.lastName, 1, 100),
    ...text('company', customer.company, 0, 255),
    ...text('phone', customer.phone, 0, 50),
    ...text('notes', customer.notes, 0),
    ...text('taxExemptCategory', customer.taxExemptCategory, 0, 255),
    ...id('customerGroupId', customer.customerGroupId, 0),
    ...checkChannels(customer.channelIds),
    ...each('formFields', customer.formFields, ({ name }) => text('name', name, 1)),
  ];
}

function checkChannels(channelIds: readonly number[] | null | undefined): Problem[] {
  if (channelIds?.length === 0) {
    return [
      {
        code: 'INVALID',
        field: 'channelIds',
        message: 'channelIds must contain a channel id, or be null for all channels.',
      },
    ];
  }
  return each('channelIds', channelIds, (channelId) =>
    channelId > 0 ? [] : [{ code: 'INVALID', field: null, message: 'A channel id must be at least 1.' }],
  );
}
