import { ownCustomerId } from '../../access/permission.ts';
import type { Context } from '../../context.ts';
import { itemsOrThrow } from '../../rest/batching/chunks.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { AddressInclude, CustomerAddress } from '../../rest/records/addresses.ts';
import type { AddressCreation, AddressFields, AddressUpdate } from '../../rest/writes/addresses.ts';
import { checkCountry, checkEach, checkId, checkNoNulls, checkText } from '../inputs/validation.ts';
import { foreignRecordErrors, ownAddressIds } from '../shopper.ts';
import { type ComparedAddress, EQUAL, MATCH_CREATION, RESPELLED, valuesOf } from './address-match.ts';
import { formFieldsMatch, textMatches } from './answers.ts';
import { type DeletePayload, existingAmong, runDeletes } from './deletes.ts';
import { MATCH_BY_ID, matchRecords } from './match.ts';
import { failed, type ItemError, type ItemResult, succeeded, type WritePayload } from './results.ts';
import { type ReadBack, runWrites } from './run.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

const NOT_FOUND: ItemError = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null };
const DUPLICATE: ItemError = {
  code: 'DUPLICATE',
  message: 'The customer already has this address; the store does not keep duplicates.',
  field: null,
};

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
      outcome: 'CREATED',
      check: (address) => [
        ...foreignRecordErrors(ctx, 'customerEntityId', address.customerEntityId),
        ...checkId('customerEntityId', address.customerEntityId),
        ...checkAddress(address),
      ],
      keyOf: (address) =>
        JSON.stringify([address.addressType ?? null, ...valuesOf(address, (value) => value.trim())]),
      onDuplicate: (first) =>
        first.outcome === 'CREATED' || first.outcome === 'UNCHANGED' ? unchanged(first.record) : first,
      send: (items) => ctx.rest.addressWrites.create(items),
      match: MATCH_CREATION,
      // Addresses have no creation date, so one that is found after a lost response may be older than this write. One in
      // another spelling may be a different address.
      async readBack(items) {
        const { equal, respelled } = await findDuplicates(ctx, items);
        return new Map(
          items.map((address): [AddressCreation, ReadBack<CustomerAddress>] => {
            const record = equal.get(address);
            if (record) return [address, { state: 'written', record }];
            return [address, { state: respelled.has(address) ? 'unclear' : 'absent' }];
          }),
        );
      },
      async explainMissing(items) {
        const { equal, respelled } = await findDuplicates(ctx, items);
        return new Map(
          items.map((address) => [address, unchanged(equal.get(address) ?? respelled.get(address))]),
        );
      },
    },
    addresses,
  );
}

/** For each address to create, the address that its customer already has: an equal one, or one in another spelling. */
async function findDuplicates(
  { rest }: MutationContext,
  items: readonly AddressCreation[],
): Promise<{
  readonly equal: ReadonlyMap<AddressCreation, CustomerAddress>;
  readonly respelled: ReadonlyMap<AddressCreation, CustomerAddress>;
}> {
  const owners = items.map(({ customerEntityId }) => customerEntityId);
  const held = await addressesOfCustomers(rest, owners);
  const { matched } = matchRecords(items, held, EQUAL);
  const equal = new Set(matched.values());
  return {
    equal: matched,
    respelled: matchRecords(
      items.filter((item) => !matched.has(item)),
      held.filter((record) => !equal.has(record)),
      RESPELLED,
    ).matched,
  };
}

async function addressesOfCustomers(
  rest: MutationContext['rest'],
  ids: readonly number[],
): Promise<readonly CustomerAddress[]> {
  return itemsOrThrow(await rest.addresses.ofCustomers([...new Set(ids)], new Set()));
}

async function addressesByIds(
  rest: MutationContext['rest'],
  ids: readonly number[],
): Promise<readonly CustomerAddress[]> {
  return itemsOrThrow(await rest.addresses.byIds(ids, new Set()));
}

/** @param record the address that the customer has, if it could be identified */
function unchanged(record: CustomerAddress | null = null): ItemResult<CustomerAddress> {
  return { outcome: 'UNCHANGED', errors: [DUPLICATE], record };
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
    return new Map(foreign.map((item) => [item, failed(NOT_FOUND)]));
  }

  return runWrites<AddressUpdate, CustomerAddress>(
    ctx,
    {
      list: 'addresses',
      operation: OPERATIONS.updateCustomersAddresses,
      outcome: 'UPDATED',
      check: (address) => [
        ...checkId('entityId', address.entityId),
        ...checkNoNulls(address, CLEARABLE),
        ...checkAddress(address),
      ],
      keyOf: ({ entityId }) => String(entityId),
      ...(ownIds && { precheck }),
      send: (items) => ctx.rest.addressWrites.update(items),
      match: MATCH_BY_ID,
      readBack: (items) => readBackUpdates(ctx, items),
      explainMissing: (items) => explainMissing(ctx, items),
    },
    addresses,
  );
}

async function readBackUpdates(
  { rest }: MutationContext,
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<AddressUpdate, ReadBack<CustomerAddress>>> {
  const records = await updatedAddressesById(rest, items);
  return new Map(
    items.map((address): [AddressUpdate, ReadBack<CustomerAddress>] => {
      const record = records.get(address.entityId);
      if (record === undefined) return [address, { state: 'gone' }];
      return [address, hasValues(record, address) ? { state: 'written', record } : { state: 'absent' }];
    }),
  );
}

/** A response leaves out an update that would have made an address equal to another one of its customer. */
async function explainMissing(
  { rest }: MutationContext,
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<AddressUpdate, ItemResult<CustomerAddress>>> {
  const records = await updatedAddressesById(rest, items);
  const owners = [...records.values()].map(({ customerEntityId }) => customerEntityId);
  const held = await addressesOfCustomers(rest, owners);
  return new Map(
    items.map((address): [AddressUpdate, ItemResult<CustomerAddress>] => {
      const record = records.get(address.entityId);
      if (record === undefined) return [address, failed(NOT_FOUND)];
      if (hasValues(record, address)) return [address, succeeded('UPDATED', record)];
      const updated: ComparedAddress = { ...record, ...address };
      const others = held.filter(({ entityId }) => entityId !== record.entityId);
      const duplicate =
        matchRecords([updated], others, EQUAL).matched.get(updated) ??
        matchRecords([updated], others, RESPELLED).matched.get(updated);
      return [address, unchanged(duplicate)];
    }),
  );
}

async function updatedAddressesById(
  rest: MutationContext['rest'],
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
      send: (items) => ctx.rest.addressWrites.delete(items.map(({ entityId }) => entityId)),
      async existing(items) {
        const ids = items.map(({ entityId }) => entityId);
        return existingAmong(
          items,
          own === null ? await addressesByIds(ctx.rest, ids) : await addressesOfCustomers(ctx.rest, [own]),
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
    ...checkEach('formFields', address.formFields, ({ name }) => checkText('name', name, 0)),
  ];
}

/** Whether an address has all values that were sent. */
function hasValues(record: CustomerAddress, sent: AddressFields): boolean {
  return (
    textMatches(record.firstName, sent.firstName) &&
    textMatches(record.lastName, sent.lastName) &&
    textMatches(record.company, sent.company) &&
    textMatches(record.address1, sent.address1) &&
    textMatches(record.address2, sent.address2) &&
    textMatches(record.city, sent.city) &&
    textMatches(record.stateOrProvince, sent.stateOrProvince) &&
    textMatches(record.postalCode, sent.postalCode) &&
    textMatches(record.countryCode.toUpperCase(), sent.countryCode?.toUpperCase()) &&
    textMatches(record.phone, sent.phone) &&
    (!sent.addressType || record.addressType === sent.addressType) &&
    formFieldsMatch(record.formFields, sent.formFields)
  );
}
