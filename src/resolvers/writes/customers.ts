import type { Context } from '../../context.ts';
import { GatewayError, valueOrThrow } from '../../errors.ts';
import { itemsOrThrow } from '../../rest/batching/chunks.ts';
import { MAX_EMBEDDED } from '../../rest/limits.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { Customer, CustomerInclude } from '../../rest/records/customers.ts';
import type { CustomerCreation, CustomerFields, CustomerUpdate } from '../../rest/writes/customers.ts';
import {
  checkCount,
  checkEach,
  checkEmail,
  checkFormField,
  checkId,
  checkNoNulls,
  checkText,
} from '../inputs/validation.ts';
import { foreignRecordErrors, nonProfileErrors } from '../shopper.ts';
import { checkAddress } from './addresses.ts';
import { formFieldsMatch, readingOf, type SameText, valueMatches } from './answers.ts';
import {
  type AttributeReference,
  findAttributes,
  type WithAttribute,
  withAttribute,
  withNamePaths,
} from './attribute-names.ts';
import { type DeletePayload, existingAmong, runDeletes } from './deletes.ts';
import { formFieldKey } from './form-fields.ts';
import { MATCH_BY_ID, type MatchKey, type MatchRules } from './match.ts';
import { foldText, normalizeEmail } from './normalize.ts';
import type { ItemError, WritePayload } from './results.ts';
import { checkLength, runWrites } from './run.ts';
import type { ReadBackContext, Reading, WriteSpec } from './spec.ts';
import { creditMatches, reportUnkeptCredit } from './store-credit.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

export interface CreateCustomersOptions {
  /** Whether to read the customer who has an e-mail address that is taken. @default false: only if it costs nothing more */
  readonly readsExisting?: boolean;
}

/** A customer to create, with attributes by id or by name. */
export type CustomerCreationInput = Omit<CustomerCreation, 'attributes'> & {
  readonly attributes?: readonly NestedAttribute[] | null | undefined;
};

export type NestedAttribute = AttributeReference & { readonly value: string };

/** A customer to create, with the ids of the attributes. */
type ResolvedCreation = Omit<CustomerCreation, 'attributes'> & {
  readonly attributes?: readonly WithAttribute<NestedAttribute>[] | undefined;
};

/** Creates customers with at most 10 addresses and 10 attribute values each. */
export async function createCustomers(
  ctx: MutationContext & Pick<Context, 'definitions' | 'callLog'>,
  customers: readonly CustomerCreationInput[],
  { readsExisting = false }: CreateCustomersOptions = {},
): Promise<WritePayload<Customer>> {
  checkLength(customers, ctx.writes, 'customers');
  const find = await findAttributes(
    ctx,
    customers.flatMap(({ attributes }) => attributes ?? []),
  );
  const payload = await runWrites<ResolvedCreation, Customer>(
    ctx,
    {
      list: 'customers',
      operation: OPERATIONS.createCustomers,
      kind: 'create',
      entity: 'customer',
      check: checkCreation,
      keysOf: ({ email }) => [emailKeyOf(email)],
      // Accounts of one e-mail address on different channels are different customers.
      duplicateKeysOf: ({ email, channelIds }) =>
        (channelIds ?? ['every']).map((channel) => `${emailKeyOf(email)} on channel ${channel}`),
      send: (items) => ctx.rest.customerWrites.create(items),
      match: MATCH_CREATION,
      readBack: creationReader(),
      ...DESCRIPTION,
      taken: TAKEN,
      readsExisting,
    },
    customers.map((customer) => ({
      ...customer,
      attributes: customer.attributes?.map((attribute) => withAttribute(attribute, find)),
    })),
  );
  return withNamePaths(reportUnkeptCredit(payload, customers), { customers });
}

const MATCH_CREATION: MatchRules<ResolvedCreation, Customer> = {
  // E-mail addresses can be unique per channel.
  exact: [emailKey((email) => email, true), emailKey(normalizeEmail, true)],
  partial: [emailKey(normalizeEmail, false), emailKey(foldText, false)],
  elimination: [{ item: nameKey, record: nameKey }],
};

/** @param spell what counts of the e-mail address */
function emailKey(
  spell: (email: string) => string,
  withChannels: boolean,
): MatchKey<ResolvedCreation, Customer> {
  const keyOf = ({ email, channelIds }: ResolvedCreation | Customer) => {
    const channels = channelIds instanceof GatewayError ? null : channelIds;
    return JSON.stringify([spell(email), withChannels && (channels?.toSorted((a, b) => a - b) ?? null)]);
  };
  return { item: keyOf, record: keyOf };
}

function nameKey({ firstName, lastName }: ResolvedCreation | Customer): string {
  return JSON.stringify([foldText(firstName), foldText(lastName)]);
}

/** The optional parts of a customer that a read-back compares. */
const READ_BACK_INCLUDES: ReadonlySet<CustomerInclude> = new Set(['storeCredit']);

/** How a customer is known: by id and dates. */
const DESCRIPTION = {
  idOf: ({ entityId }: Customer) => entityId,
  datesOf: (customer: Customer) => customer,
};

const TAKEN: ItemError = {
  code: 'TAKEN',
  message: 'Another customer has this e-mail address.',
  field: 'email',
};

function emailKeyOf(email: string): string {
  return `customer with e-mail ${normalizeEmail(email)}`;
}

/**
 * A customer who was there before, or with other values, is not the one that was sent, but can be what prevents it. An
 * e-mail address is unique on each channel, and that of a customer without channels on all of them. Whether it is for a new
 * customer without channels depends on the store: a customer whom it calls taken shows that.
 */
function creationReader(): WriteSpec<ResolvedCreation, Customer>['readBack'] {
  let isTakenOnAnyChannel = false;

  return async (items, { rest, existedBefore, isTaken }) => {
    const emails = items.flatMap(({ email }) => spellingsOf(email)).filter(isSearchable);
    const held = itemsOrThrow(
      await rest.customers.byEmails(emails, { filter: {}, include: READ_BACK_INCLUDES }),
    );
    const byEmail = Map.groupBy(held, ({ email }) => normalizeEmail(email));
    const candidatesFor = ({ email }: ResolvedCreation) => byEmail.get(normalizeEmail(email)) ?? [];
    isTakenOnAnyChannel ||= items.some(
      (customer) =>
        !customer.channelIds &&
        isTaken(customer) &&
        candidatesFor(customer).every(({ channelIds }) => channelIds !== null),
    );
    return new Map(
      items.map((customer): [ResolvedCreation, Reading<Customer>] => {
        const candidates = candidatesFor(customer);
        const created = candidates.find((other) => !existedBefore(other) && isCreationOf(other, customer));
        if (created && !isTaken(customer)) return [customer, { state: 'holds', record: created }];
        const holder = candidates.find(
          ({ channelIds }) =>
            channelIds === null ||
            // They may be any.
            channelIds instanceof GatewayError ||
            (customer.channelIds?.some((channel) => channelIds.includes(channel)) ?? isTakenOnAnyChannel),
        );
        if (holder) return [customer, { state: 'differs', record: holder }];
        return [customer, { state: isSearchable(customer.email) ? 'absent' : 'hidden' }];
      }),
    );
  };
}

function isCreationOf(record: Customer, customer: ResolvedCreation): boolean {
  return (
    nameKey(record) === nameKey(customer) &&
    (!customer.channelIds || sameList(valueOrThrow(record.channelIds), customer.channelIds)) &&
    (!customer.company || foldText(record.company) === foldText(customer.company)) &&
    (!customer.phone || foldText(record.phone) === foldText(customer.phone))
  );
}

/** Whether customers can be looked up by an e-mail address: the store's filter takes a comma for the end of the value. */
export function isSearchable(email: string): boolean {
  return !email.includes(',');
}

/** The store can have either spelling of an internationalised domain. */
export function spellingsOf(email: string): readonly string[] {
  const normalized = normalizeEmail(email);
  return normalized === email.trim().toLowerCase() ? [email.trim()] : [email.trim(), normalized];
}

export function sameEmail(one: string, other: string): boolean {
  return normalizeEmail(one) === normalizeEmail(other);
}

export interface UpdateOptions {
  /** The errors of fields that the caller cannot change. @default those of shoppers outside of their profile */
  readonly checkAllowed?: (customer: CustomerUpdate) => ItemError[];
}

/** Updates customers. Addresses and attribute values have separate mutations. */
export async function updateCustomers(
  ctx: MutationContext,
  customers: readonly CustomerUpdate[],
  { checkAllowed = (customer) => nonProfileErrors(ctx, customer) }: UpdateOptions = {},
): Promise<WritePayload<Customer>> {
  const payload = await runWrites<CustomerUpdate, Customer>(
    ctx,
    {
      list: 'customers',
      operation: OPERATIONS.updateCustomers,
      kind: 'update',
      entity: 'customer',
      check: (customer) => [
        ...foreignRecordErrors(ctx, 'entityId', customer.entityId),
        ...checkAllowed(customer),
        ...checkUpdate(customer),
      ],
      keysOf: ({ entityId, formFields }) => [
        `customer ${entityId}`,
        ...(formFields ?? []).map(({ name }) => formFieldKey('customer', entityId, name)),
      ],
      send: (items) => ctx.rest.customerWrites.update(items),
      match: MATCH_BY_ID,
      readBack: readBackUpdates,
      ...DESCRIPTION,
      mayRetry: (customer) => !setsPassword(customer),
    },
    customers,
  );
  return reportUnkeptCredit(payload, customers);
}

/** Sets the password of the caller's own customer, whose current one was checked. */
export function setPassword(
  ctx: MutationContext,
  entityId: number,
  newPassword: string,
): Promise<WritePayload<Customer>> {
  return updateCustomers(ctx, [{ entityId, authentication: { newPassword } }], { checkAllowed: () => [] });
}

async function readBackUpdates(
  items: readonly CustomerUpdate[],
  { rest, isUnchanged }: ReadBackContext<CustomerUpdate, Customer>,
): Promise<ReadonlyMap<CustomerUpdate, Reading<Customer>>> {
  const include = new Set<CustomerInclude>(['storeCredit']);
  if (items.some(({ formFields }) => formFields)) include.add('formFields');
  const ids = items.map(({ entityId }) => entityId);
  const chunks = await rest.customers.byIds(ids, { filter: {}, include });
  const records = new Map(itemsOrThrow(chunks).map((record) => [record.entityId, record]));
  return new Map(
    items.map((customer): [CustomerUpdate, Reading<Customer>] => {
      const record = records.get(customer.entityId);
      if (record === undefined || !setsPassword(customer))
        return [customer, readingOf(record, (held, isSame) => hasValues(held, customer, isSame))];
      // No read shows whether a password was set, only whether the customer was updated at all.
      return [customer, isUnchanged(record, customer) ? { state: 'differs', record } : { state: 'hidden' }];
    }),
  );
}

function setsPassword({ authentication }: CustomerFields): boolean {
  return typeof authentication?.newPassword === 'string';
}

/** Whether a customer has all values that were sent. */
function hasValues(record: Customer, sent: CustomerUpdate, isSame: SameText): boolean {
  return (
    (typeof sent.email !== 'string' || sameEmail(record.email, sent.email)) &&
    isSame(record.firstName, sent.firstName) &&
    isSame(record.lastName, sent.lastName) &&
    isSame(record.company, sent.company) &&
    isSame(record.phone, sent.phone) &&
    isSame(record.notes, sent.notes) &&
    isSame(record.taxExemptCategory, sent.taxExemptCategory) &&
    (sent.customerGroupId === undefined ||
      (valueOrThrow(record.customerGroupId) ?? 0) === (sent.customerGroupId ?? 0)) &&
    valueMatches(
      record.acceptsProductReviewAbandonedCartEmails,
      sent.acceptsProductReviewAbandonedCartEmails,
    ) &&
    valueMatches(record.forcePasswordReset, sent.authentication?.forcePasswordReset) &&
    (sent.channelIds === undefined || sameList(valueOrThrow(record.channelIds), sent.channelIds)) &&
    creditMatches(valueOrThrow(record.storeCredit), sent.storeCredit) &&
    formFieldsMatch(valueOrThrow(record.formFields), sent.formFields, isSame)
  );
}

export function sameList(one: readonly number[] | null, other: readonly number[] | null): boolean {
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
      entity: 'customer',
      nodeType: 'Customer',
      send: (items) => ctx.rest.customerWrites.delete(items.map(({ entityId }) => entityId)),
      async existing(items, rest) {
        const ids = items.map(({ entityId }) => entityId);
        const chunks = await rest.customers.byIds(ids, { filter: {}, include: new Set() });
        return existingAmong(items, itemsOrThrow(chunks), ({ email }) => ({ keys: [emailKeyOf(email)] }));
      },
    },
    entityIds.map((entityId) => ({ entityId })),
  );
}

/** The fields of a customer that null clears. */
export const CLEARABLE: ReadonlySet<string> = new Set([
  'company',
  'phone',
  'notes',
  'taxExemptCategory',
  'customerGroupId',
  'channelIds',
]);

function checkCreation(customer: ResolvedCreation): ItemError[] {
  return [
    ...checkFields(customer),
    ...checkCount('addresses', customer.addresses, MAX_EMBEDDED),
    ...checkEach('addresses', customer.addresses, checkAddress),
    ...checkCount('attributes', customer.attributes, MAX_EMBEDDED),
    ...checkEach('attributes', customer.attributes, checkAttribute),
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

/** Validates the fields of a customer, new or not. */
export function checkFields(customer: CustomerFields): ItemError[] {
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
    ...checkEach('formFields', customer.formFields, checkFormField),
  ];
}

/** Validates an attribute value, nested in a customer. */
export function checkAttribute({
  attributeErrors,
  value,
}: Pick<WithAttribute<NestedAttribute>, 'attributeErrors' | 'value'>): ItemError[] {
  return [...attributeErrors, ...checkText('value', value, 0, 255)];
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
