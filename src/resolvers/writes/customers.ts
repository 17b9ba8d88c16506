import type { Context } from '../../context.ts';
import { itemsOrThrow } from '../../rest/batching/chunks.ts';
import { MAX_EMBEDDED } from '../../rest/limits.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { Customer, CustomerInclude } from '../../rest/records/customers.ts';
import type { CustomerCreation, CustomerFields, CustomerUpdate } from '../../rest/writes/customers.ts';
import { checkCount, checkEach, checkEmail, checkId, checkNoNulls, checkText } from '../inputs/validation.ts';
import { foreignRecordErrors, nonProfileErrors } from '../shopper.ts';
import { checkAddress } from './addresses.ts';
import { formFieldsMatch, textMatches, valueMatches } from './answers.ts';
import { type DeletePayload, existingAmong, runDeletes } from './deletes.ts';
import { MATCH_BY_ID, type MatchKey, type MatchRules } from './match.ts';
import { foldText, normalizeEmail } from './normalize.ts';
import type { ItemError, WritePayload } from './results.ts';
import { type ReadBack, runWrites } from './run.ts';
import { creditMatches, reportUnkeptCredit } from './store-credit.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

/** Creates customers with at most 10 addresses and 10 attribute values each. */
export async function createCustomers(
  ctx: MutationContext,
  customers: readonly CustomerCreation[],
): Promise<WritePayload<Customer>> {
  const payload = await runWrites<CustomerCreation, Customer>(
    ctx,
    {
      list: 'customers',
      operation: OPERATIONS.createCustomers,
      outcome: 'CREATED',
      check: checkCreation,
      keyOf: ({ email }) => normalizeEmail(email),
      send: (items) => ctx.rest.customerWrites.create(items),
      match: MATCH_CREATION,
      readBack: (items, since) => readBackCreations(ctx, items, since),
    },
    customers,
  );
  return reportUnkeptCredit(payload, customers);
}

const MATCH_CREATION: MatchRules<CustomerCreation, Customer> = {
  // E-mail addresses can be unique per channel.
  exact: [emailKey((email) => email, true), emailKey(normalizeEmail, true)],
  partial: [emailKey(normalizeEmail, false), emailKey(foldText, false)],
  elimination: [{ item: nameKey, record: nameKey }],
};

/** @param spell what counts of the e-mail address */
function emailKey(
  spell: (email: string) => string,
  withChannels: boolean,
): MatchKey<CustomerCreation, Customer> {
  const keyOf = ({ email, channelIds }: CustomerCreation | Customer) =>
    JSON.stringify([spell(email), withChannels && (channelIds?.toSorted((a, b) => a - b) ?? null)]);
  return { item: keyOf, record: keyOf };
}

function nameKey({ firstName, lastName }: CustomerCreation | Customer): string {
  return JSON.stringify([foldText(firstName), foldText(lastName)]);
}

/** The optional parts of a customer that a read-back compares. */
const READ_BACK_INCLUDES: ReadonlySet<CustomerInclude> = new Set(['storeCredit']);

// A customer who was created before this write, or with other values, is not the one that was sent.
async function readBackCreations(
  { rest }: MutationContext,
  items: readonly CustomerCreation[],
  since: Date,
): Promise<ReadonlyMap<CustomerCreation, ReadBack<Customer>>> {
  const emails = items.flatMap(({ email }) => spellingsOf(email)).filter(isSearchable);
  const held = itemsOrThrow(
    await rest.customers.byEmails(emails, { filter: {}, include: READ_BACK_INCLUDES }),
  );
  return new Map(
    items.map((customer): [CustomerCreation, ReadBack<Customer>] => {
      const recent = held.filter(
        ({ email: otherEmail, createdAt }) =>
          sameEmail(otherEmail, customer.email) && createdAt !== null && createdAt >= since,
      );
      const record = recent.find(
        (other) =>
          nameKey(other) === nameKey(customer) &&
          (!customer.company || foldText(other.company) === foldText(customer.company)) &&
          (!customer.phone || foldText(other.phone) === foldText(customer.phone)),
      );
      if (record) return [customer, { state: 'written', record }];
      // Either another writer created this customer just now, or the store normalised the values of this write.
      const isAbsent = recent.length === 0 && isSearchable(customer.email);
      return [customer, { state: isAbsent ? 'absent' : 'unclear' }];
    }),
  );
}

// The store's filter takes a comma, which a quoted local part can contain, for the end of the value.
function isSearchable(email: string): boolean {
  return !email.includes(',');
}

/** The store can have either spelling of an internationalised domain. */
function spellingsOf(email: string): readonly string[] {
  const normalized = normalizeEmail(email);
  return normalized === email.trim().toLowerCase() ? [email.trim()] : [email.trim(), normalized];
}

function sameEmail(one: string, other: string): boolean {
  return normalizeEmail(one) === normalizeEmail(other);
}

/** Updates customers. Addresses and attribute values have separate mutations. */
export async function updateCustomers(
  ctx: MutationContext,
  customers: readonly CustomerUpdate[],
): Promise<WritePayload<Customer>> {
  const payload = await runWrites<CustomerUpdate, Customer>(
    ctx,
    {
      list: 'customers',
      operation: OPERATIONS.updateCustomers,
      outcome: 'UPDATED',
      check: (customer) => [
        ...foreignRecordErrors(ctx, 'entityId', customer.entityId),
        ...nonProfileErrors(ctx, customer),
        ...checkUpdate(customer),
      ],
      keyOf: ({ entityId }) => String(entityId),
      send: (items) => ctx.rest.customerWrites.update(items),
      match: MATCH_BY_ID,
      readBack: (items, since) => readBackUpdates(ctx, items, since),
      mayRetry: (customer) => !setsPassword(customer),
    },
    customers,
  );
  return reportUnkeptCredit(payload, customers);
}

async function readBackUpdates(
  { rest }: MutationContext,
  items: readonly CustomerUpdate[],
  since: Date,
): Promise<ReadonlyMap<CustomerUpdate, ReadBack<Customer>>> {
  const include = new Set<CustomerInclude>(['storeCredit']);
  if (items.some(({ formFields }) => formFields)) include.add('formFields');
  const ids = items.map(({ entityId }) => entityId);
  const portions = await rest.customers.byIds(ids, { filter: {}, include });
  const records = new Map(itemsOrThrow(portions).map((record) => [record.entityId, record]));
  return new Map(
    items.map((customer): [CustomerUpdate, ReadBack<Customer>] => {
      const record = records.get(customer.entityId);
      if (record === undefined) return [customer, { state: 'gone' }];
      if (setsPassword(customer))
        return [customer, { state: isUnchangedSince(record, since) ? 'absent' : 'unclear' }];
      return [customer, hasValues(record, customer) ? { state: 'written', record } : { state: 'absent' }];
    }),
  );
}

// No read shows whether a password was set, only whether the customer was updated at all.
function isUnchangedSince({ updatedAt }: Customer, since: Date): boolean {
  return updatedAt !== null && updatedAt < since;
}

function setsPassword({ authentication }: CustomerFields): boolean {
  return typeof authentication?.newPassword === 'string';
}

/** Whether a customer has all values that were sent. */
function hasValues(record: Customer, sent: CustomerUpdate): boolean {
  return (
    (typeof sent.email !== 'string' || sameEmail(record.email, sent.email)) &&
    textMatches(record.firstName, sent.firstName) &&
    textMatches(record.lastName, sent.lastName) &&
    textMatches(record.company, sent.company) &&
    textMatches(record.phone, sent.phone) &&
    textMatches(record.notes, sent.notes) &&
    textMatches(record.taxExemptCategory, sent.taxExemptCategory) &&
    (sent.customerGroupId === undefined || (record.customerGroupId ?? 0) === (sent.customerGroupId ?? 0)) &&
    valueMatches(
      record.acceptsProductReviewAbandonedCartEmails,
      sent.acceptsProductReviewAbandonedCartEmails,
    ) &&
    valueMatches(record.forcePasswordReset, sent.authentication?.forcePasswordReset) &&
    (sent.channelIds === undefined || sameList(record.channelIds, sent.channelIds)) &&
    creditMatches(record.storeCredit, sent.storeCredit) &&
    formFieldsMatch(record.formFields, sent.formFields)
  );
}

function sameList(one: readonly number[] | null, other: readonly number[] | null): boolean {
  return JSON.stringify(one?.toSorted()) === JSON.stringify(other?.toSorted());
}

export async function deleteCustomers(
  ctx: MutationContext,
  entityIds: readonly number[],
): Promise<DeletePayload> {
  return runDeletes(
    ctx,
    {
      operation: OPERATIONS.deleteCustomers,
      send: (items) => ctx.rest.customerWrites.delete(items.map(({ entityId }) => entityId)),
      async existing(items) {
        const ids = items.map(({ entityId }) => entityId);
        const portions = await ctx.rest.customers.byIds(ids, { filter: {}, include: new Set() });
        return existingAmong(items, itemsOrThrow(portions));
      },
    },
    entityIds.map((entityId) => ({ entityId })),
  );
}

const CLEARABLE: ReadonlySet<string> = new Set([
  'company',
  'phone',
  'notes',
  'taxExemptCategory',
  'customerGroupId',
  'channelIds',
]);

function checkCreation(customer: CustomerCreation): ItemError[] {
  return [
    ...checkFields(customer),
    ...checkCount('addresses', customer.addresses, MAX_EMBEDDED),
    ...checkEach('addresses', customer.addresses, checkAddress),
    ...checkCount('attributes', customer.attributes, MAX_EMBEDDED),
    ...checkEach('attributes', customer.attributes, ({ attributeEntityId, value }) => [
      ...checkId('attributeEntityId', attributeEntityId),
      ...checkText('value', value, 0, 255),
    ]),
    ...checkId('originChannelId', customer.originChannelId),
  ];
}

function checkUpdate(customer: CustomerUpdate): ItemError[] {
  return [
    ...checkId('entityId', customer.entityId),
    ...checkNoNulls(customer, CLEARABLE),
    ...checkFields(customer),
  ];
}

function checkFields(customer: CustomerFields): ItemError[] {
  return [
    ...checkEmail('email', customer.email),
    ...checkText('firstName', customer.firstName, 1, 100),
    ...checkText('lastName', customer.lastName, 1, 100),
    ...checkText('company', customer.company, 0, 255),
    ...checkText('phone', customer.phone, 0, 50),
    ...checkText('notes', customer.notes, 0),
    ...checkText('taxExemptCategory', customer.taxExemptCategory, 0, 255),
    ...checkId('customerGroupId', customer.customerGroupId, 0),
    ...checkChannels(customer.channelIds),
    ...checkEach('formFields', customer.formFields, ({ name }) => checkText('name', name, 0)),
  ];
}

function checkChannels(channelIds: readonly number[] | null | undefined): ItemError[] {
  if (channelIds?.length === 0) {
    return [
      {
        code: 'INVALID',
        field: 'channelIds',
        message: 'channelIds must contain a channel id, or be null for all channels.',
      },
    ];
  }
  return checkEach('channelIds', channelIds, (channelId) =>
    channelId > 0 ? [] : [{ code: 'INVALID', field: null, message: 'A channel id must be at least 1.' }],
  );
}
