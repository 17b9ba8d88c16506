import { ownCustomerId } from '../../access/permission.ts';
import type { Context } from '../../context.ts';
import { GatewayError, valueOrThrow } from '../../errors.ts';
import { itemsOrThrow } from '../../rest/batching/chunks.ts';
import type { Rest } from '../../rest/index.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { AddressInclude, CustomerAddress } from '../../rest/records/addresses.ts';
import type { AddressCreation, AddressFields, AddressUpdate } from '../../rest/writes/addresses.ts';
import {
  checkCountry,
  checkEach,
  checkFormField,
  checkId,
  checkNoNulls,
  checkText,
} from '../inputs/validation.ts';
import { foreignRecordErrors, ownAddressIds } from '../shopper.ts';
import {
  type ComparedAddress,
  EQUAL,
  isLookalike,
  MATCH_CREATION,
  RESPELLED,
  valuesOf,
} from './address-match.ts';
import { formFieldsMatch, readingOf, type SameText, textMatches, textResembles } from './answers.ts';
import { type DeletePayload, existingAmong, runDeletes } from './deletes.ts';
import { formFieldKey } from './form-fields.ts';
import { MATCH_BY_ID, matchRecords } from './match.ts';
import { normalizeText } from './normalize.ts';
import { CAUSES, failed, type ItemError, type WritePayload } from './results.ts';
import { runWrites } from './run.ts';
import type { ReadBackContext, Reading } from './spec.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

/** Creates addresses. An address that the customer already has is UNCHANGED. */
export async function createAddresses(
  ctx: MutationContext,
  addresses: readonly AddressCreation[],
): Promise<WritePayload<CustomerAddress>> {
  return runWrites<AddressCreation, CustomerAddress>(
    ctx,
    {
      list: 'addresses',
      operation: OPERATIONS.createCustomersAddresses,
      kind: 'create-if-new',
      entity: 'address',
      check: (address) => [
        ...foreignRecordErrors(ctx, 'customerEntityId', address.customerEntityId),
        ...checkId('customerEntityId', address.customerEntityId),
        ...checkAddress(address),
      ],
      keysOf: (address) => [valuesKey(address)],
      duplicateKeysOf: (address) => [`${valuesKey(address)} ${address.addressType ?? ''}`],
      onDuplicate: (first) =>
        first.outcome === 'CREATED' || first.outcome === 'UNCHANGED'
          ? { outcome: 'UNCHANGED', errors: [CAUSES.duplicate], record: first.record }
          : first,
      // Addresses have no dates. Their ids tell which of them existed before this write, else a read of them all.
      async precheck(items) {
        const { recent } = ctx.writes;
        await recent.learnHighestId('address', () => ctx.rest.addresses.highestId());
        return recent.highestId('address') === null ? readExisting(ctx.rest, items) : new Map();
      },
      send: (items) => ctx.rest.addressWrites.create(items),
      match: MATCH_CREATION,
      readBack: readBackCreations,
      explainMissing: explainMissingCreations,
      idOf: ({ entityId }) => entityId,
    },
    addresses,
  );
}

/** Which of the addresses to create their customers already have. An address in another spelling is left out. */
async function readExisting(
  rest: Rest,
  items: readonly AddressCreation[],
): Promise<ReadonlyMap<AddressCreation, 'absent' | 'present'>> {
  try {
    const { equal, respelled } = await findDuplicates(rest, items);
    const known = items.filter((item) => !respelled.has(item));
    return new Map(known.map((item) => [item, equal.has(item) ? 'present' : 'absent']));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    // The write does not need it: it only tells what a lost response has meant.
    return new Map();
  }
}

type CreationReadings = Promise<ReadonlyMap<AddressCreation, Reading<CustomerAddress>>>;

/** What an address consists of, without its type, which the store can set. */
function valuesKey(address: ComparedAddress): string {
  return `address ${JSON.stringify(valuesOf(address, normalizeText))}`;
}

// One that was sent has a new id. If the store spells it in a way that is not recognised, or nothing tells which ids are
// new, it must not count as absent: it would be sent again, and could be stored twice.
async function readBackCreations(
  items: readonly AddressCreation[],
  { rest, existedBefore, hasNewId }: ReadBackContext<AddressCreation, CustomerAddress>,
): CreationReadings {
  const { held, equal, respelled } = await findDuplicates(rest, items);
  const claimed = new Set(equal.values());
  const created = held.filter((record) => !existedBefore(record) && !claimed.has(record));
  return new Map(
    items.map((address): [AddressCreation, Reading<CustomerAddress>] => {
      const record = equal.get(address);
      if (record) return [address, { state: 'holds', record }];
      const other = respelled.get(address);
      if (other && hasNewId(other)) return [address, { state: 'holds', record: other }];
      if (created.some((each) => isLookalike(each, address))) return [address, { state: 'hidden' }];
      return [address, { state: 'absent', hasLookalike: other !== undefined }];
    }),
  );
}

/** A response leaves out an address that the customer already has, which the store can spell otherwise. */
async function explainMissingCreations(
  items: readonly AddressCreation[],
  { rest }: ReadBackContext<AddressCreation, CustomerAddress>,
): CreationReadings {
  const { equal, respelled } = await findDuplicates(rest, items);
  return new Map(
    items.map((address): [AddressCreation, Reading<CustomerAddress>] => {
      const record = equal.get(address) ?? respelled.get(address);
      return [address, record ? { state: 'holds', record } : { state: 'absent' }];
    }),
  );
}

/** For each address to create, the address that its customer already has: an equal one, or one in another spelling. */
async function findDuplicates(
  rest: Rest,
  items: readonly AddressCreation[],
): Promise<{
  /** All addresses of their customers. */
  readonly held: readonly CustomerAddress[];
  readonly equal: ReadonlyMap<AddressCreation, CustomerAddress>;
  readonly respelled: ReadonlyMap<AddressCreation, CustomerAddress>;
}> {
  const owners = items.map(({ customerEntityId }) => customerEntityId);
  const held = await addressesOfCustomers(rest, owners);
  const { matched } = matchRecords(items, held, EQUAL);
  const equal = new Set(matched.values());
  return {
    held,
    equal: matched,
    respelled: matchRecords(
      items.filter((item) => !matched.has(item)),
      held.filter((record) => !equal.has(record)),
      RESPELLED,
    ).matched,
  };
}

async function addressesOfCustomers(rest: Rest, ids: readonly number[]): Promise<readonly CustomerAddress[]> {
  return itemsOrThrow(await rest.addresses.ofCustomers([...new Set(ids)], new Set()));
}

async function addressesByIds(rest: Rest, ids: readonly number[]): Promise<readonly CustomerAddress[]> {
  return itemsOrThrow(await rest.addresses.byIds(ids, new Set()));
}

/** Updates addresses. The store drops an update that would make an address equal to another one of its customer. */
export async function updateAddresses(
  ctx: MutationContext,
  addresses: readonly AddressUpdate[],
): Promise<WritePayload<CustomerAddress>> {
  const ownIds = ownAddressIds(ctx);

  /** The store does not check the owner. For a shopper, other customers' addresses do not exist. */
  async function precheck(items: readonly AddressUpdate[]) {
    const ids = await ownIds?.();
    const foreign = items.filter(({ entityId }) => ids?.has(entityId) === false);
    return new Map(foreign.map((item) => [item, failed(CAUSES['not-found'])]));
  }

  return runWrites<AddressUpdate, CustomerAddress>(
    ctx,
    {
      list: 'addresses',
      operation: OPERATIONS.updateCustomersAddresses,
      kind: 'update',
      entity: 'address',
      check: (address) => [
        ...checkId('entityId', address.entityId),
        ...checkNoNulls(address, CLEARABLE),
        ...checkAddress(address),
      ],
      keysOf: ({ entityId, formFields }) => [
        `address ${entityId}`,
        ...(formFields ?? []).map(({ name }) => formFieldKey('address', entityId, name)),
      ],
      ...(ownIds && { precheck }),
      send: (items) => ctx.rest.addressWrites.update(items),
      match: MATCH_BY_ID,
      readBack: readBackUpdates,
      explainMissing: explainMissingUpdates,
      idOf: ({ entityId }) => entityId,
    },
    addresses,
  );
}

type UpdateReadings = Promise<ReadonlyMap<AddressUpdate, Reading<CustomerAddress>>>;

async function readBackUpdates(
  items: readonly AddressUpdate[],
  { rest }: ReadBackContext<AddressUpdate, CustomerAddress>,
): UpdateReadings {
  const records = await updatedAddressesById(rest, items);
  return new Map(
    items.map((item) => [
      item,
      readingOf(records.get(item.entityId), (address, isSame) => hasValues(address, item, isSame)),
    ]),
  );
}

/** A response leaves out an update that would have made an address equal to another one of its customer. */
async function explainMissingUpdates(
  items: readonly AddressUpdate[],
  { rest }: ReadBackContext<AddressUpdate, CustomerAddress>,
): UpdateReadings {
  const records = await updatedAddressesById(rest, items);
  const owners = [...records.values()].map(({ customerEntityId }) => customerEntityId);
  const held = await addressesOfCustomers(rest, owners);
  return new Map(
    items.map((item): [AddressUpdate, Reading<CustomerAddress>] => {
      const record = records.get(item.entityId);
      if (record === undefined) return [item, { state: 'gone' }];
      const reading = readingOf(record, (address, isSame) => hasValues(address, item, isSame));
      if (reading.state === 'holds') return [item, reading];
      const updated: ComparedAddress = { ...record, ...item };
      const others = held.filter(({ entityId }) => entityId !== record.entityId);
      const duplicate =
        matchRecords([updated], others, EQUAL).matched.get(updated) ??
        matchRecords([updated], others, RESPELLED).matched.get(updated);
      return [item, duplicate ? { state: 'duplicate', record: duplicate } : reading];
    }),
  );
}

async function updatedAddressesById(
  rest: Rest,
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<number, CustomerAddress>> {
  const include = new Set<AddressInclude>(items.some(({ formFields }) => formFields) ? ['formFields'] : []);
  const ids = items.map(({ entityId }) => entityId);
  const records = itemsOrThrow(await rest.addresses.byIds(ids, include));
  return new Map(records.map((record) => [record.entityId, record]));
}

/** Deletes addresses. For a shopper, other customers' addresses do not exist. */
export async function deleteAddresses(
  ctx: MutationContext,
  entityIds: readonly number[],
): Promise<DeletePayload> {
  const own = ownCustomerId(ctx.caller);
  return runDeletes(
    ctx,
    {
      operation: OPERATIONS.deleteCustomersAddresses,
      entity: 'address',
      nodeType: 'CustomerAddress',
      send: (items) => ctx.rest.addressWrites.delete(items.map(({ entityId }) => entityId)),
      async existing(items, rest) {
        const ids = items.map(({ entityId }) => entityId);
        return existingAmong(
          items,
          own === null ? await addressesByIds(rest, ids) : await addressesOfCustomers(rest, [own]),
          (address) => ({ keys: [valuesKey(address)], customerEntityId: address.customerEntityId }),
        );
      },
    },
    entityIds.map((entityId) => ({ entityId })),
  );
}

const CLEARABLE: ReadonlySet<string> = new Set([
  'company',
  'phone',
  'address2',
  'stateOrProvince',
  'postalCode',
]);

/** Validates an address, on its own or nested in a new customer. */
export function checkAddress(address: AddressFields): ItemError[] {
  return [
    ...checkText('firstName', address.firstName, 1, 255),
    ...checkText('lastName', address.lastName, 1, 255),
    ...checkText('company', address.company, 0, 255),
    ...checkText('address1', address.address1, 0),
    ...checkText('address2', address.address2, 0),
    ...checkText('city', address.city, 0, 100),
    ...checkText('stateOrProvince', address.stateOrProvince, 0, 100),
    ...checkText('postalCode', address.postalCode, 0, 30),
    ...checkCountry('countryCode', address.countryCode),
    ...checkText('phone', address.phone, 0, 50),
    ...checkEach('formFields', address.formFields, checkFormField),
  ];
}

/** Whether an address has all values that were sent. */
function hasValues(record: CustomerAddress, sent: AddressFields, isSame: SameText): boolean {
  return (
    isSame(record.firstName, sent.firstName) &&
    isSame(record.lastName, sent.lastName) &&
    isSame(record.company, sent.company) &&
    isSame(record.address1, sent.address1) &&
    isSame(record.address2, sent.address2) &&
    isSame(record.city, sent.city) &&
    isSameState(record.stateOrProvince, sent.stateOrProvince, isSame) &&
    isSame(record.postalCode, sent.postalCode) &&
    textMatches(record.countryCode.toUpperCase(), sent.countryCode?.toUpperCase()) &&
    isSame(record.phone, sent.phone) &&
    (!sent.addressType || record.addressType === sent.addressType) &&
    formFieldsMatch(valueOrThrow(record.formFields), sent.formFields, isSame)
  );
}

/** A code is the same as any state, if respelled texts are. */
function isSameState(held: string | null, sent: string | null | undefined, isSame: SameText): boolean {
  const isCode = /^[\p{L}\p{N}]{1,3}$/u.test(sent ?? '');
  return isSame(held, sent) || (isSame === textResembles && isCode && held !== null);
}
