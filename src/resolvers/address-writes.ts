import { confinedTo } from '../access/permission.ts';
import type { Context } from '../context.ts';
import type { AddressCreation, AddressFields, AddressUpdate } from '../rest/address-writes.ts';
import { type AddressInclude, type CustomerAddress, readAddress } from '../rest/addresses.ts';
import { joined } from '../rest/portions.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { country, each, id, noNulls, text } from './checks.ts';
import { among, type DeletePayload, runDeletes } from './deletes.ts';
import { ofOthers, ownAddressIds } from './own.ts';
import { holds, holdsFields, recordsIn } from './write-answers.ts';
import {
  failed,
  OUTCOME_UNKNOWN,
  type Problem,
  succeeded,
  type Verdict,
  type WritePayload,
} from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

const NOT_FOUND: Problem = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null };
const DUPLICATE: Problem = {
  code: 'DUPLICATE',
  message: 'The customer already has this address; the store does not keep duplicates.',
  field: null,
};

/** Creates addresses. An address that the customer already has is UNCHANGED. */
export async function createAddresses(
  ctx: MutationContext,
  addresses: readonly AddressCreation[],
): Promise<WritePayload<CustomerAddress>> {
  const payload = await runWrites<AddressCreation, CustomerAddress>(
    ctx.writes,
    {
      list: 'addresses',
      rule: WRITE_RULES.createAddresses,
      outcome: 'CREATED',
      check: (address) => [
        ...ofOthers(ctx, 'customerEntityId', address.customerEntityId),
        ...id('customerEntityId', address.customerEntityId),
        ...checkAddress(address),
      ],
      keyOf: tupleOf,
      repeated: (first) =>
        first.outcome === 'CREATED' || first.outcome === 'UNCHANGED' ? unchanged(first.record) : first,
      send: (items) => ctx.rest.addressWrites.create(items),
      recordsIn: (body) =>
        recordsIn(body, (item) => readAddress(item, { asked: false, onIrregular: ctx.rest.onIrregular })),
      isRecordOf: (record, address) =>
        record.customerEntityId === address.customerEntityId && isSame(record, address),
      // Addresses have no creation date, so one that is found after a lost response may be older than this write.
      async readBack(items) {
        const duplicates = await twinsOf(ctx, items);
        return new Map(
          items.map((address): [AddressCreation, Found<CustomerAddress>] => {
            const record = duplicates.get(address);
            return [address, record ? { state: 'written', record } : { state: 'absent' }];
          }),
        );
      },
      async leftOut(items) {
        const duplicates = await twinsOf(ctx, items);
        return new Map(items.map((address) => [address, unchanged(duplicates.get(address))]));
      },
    },
    addresses,
  );
  ctx.loaders.forget();
  return payload;
}

/** For each address to create, the equal address that its customer already has. */
async function twinsOf(
  { rest }: MutationContext,
  items: readonly AddressCreation[],
): Promise<ReadonlyMap<AddressCreation, CustomerAddress>> {
  const held = await ofCustomers(
    rest,
    items.map(({ customerEntityId }) => customerEntityId),
  );
  return new Map(
    items.flatMap((address): [AddressCreation, CustomerAddress][] => {
      const duplicate = held.find(
        (record) => record.customerEntityId === address.customerEntityId && isSame(record, address),
      );
      return duplicate === undefined ? [] : [[address, duplicate]];
    }),
  );
}

async function ofCustomers(
  rest: MutationContext['rest'],
  ids: readonly number[],
): Promise<readonly CustomerAddress[]> {
  return joined(await rest.addresses.ofCustomers([...new Set(ids)], new Set()));
}

async function byIds(
  rest: MutationContext['rest'],
  ids: readonly number[],
): Promise<readonly CustomerAddress[]> {
  return joined(await rest.addresses.byIds(ids, new Set()));
}

function unchanged(record: CustomerAddress | null | undefined): Verdict<CustomerAddress> {
  if (!record) return OUTCOME_UNKNOWN;
  return { outcome: 'UNCHANGED', problems: [DUPLICATE], record };
}

/** Updates addresses. The store drops an update that would make an address equal to another one of its customer. */
export async function updateAddresses(
  ctx: MutationContext,
  addresses: readonly AddressUpdate[],
): Promise<WritePayload<CustomerAddress>> {
  const ownIds = ownAddressIds(ctx);

  /** The store does not check the owner. For a shopper, other customers' addresses do not exist. */
  async function learn(items: readonly AddressUpdate[]) {
    const ids = await ownIds?.();
    const foreign = items.filter(({ entityId }) => ids?.has(entityId) === false);
    return new Map(foreign.map((item) => [item, failed(NOT_FOUND)]));
  }

  const payload = await runWrites<AddressUpdate, CustomerAddress>(
    ctx.writes,
    {
      list: 'addresses',
      rule: WRITE_RULES.updateAddresses,
      outcome: 'UPDATED',
      check: (address) => [
        ...id('entityId', address.entityId),
        ...noNulls(address, CLEARABLE),
        ...checkAddress(address),
      ],
      keyOf: ({ entityId }) => String(entityId),
      ...(ownIds && { learn }),
      send: (items) => ctx.rest.addressWrites.update(items),
      recordsIn: (body) =>
        recordsIn(body, (item) => readAddress(item, { asked: false, onIrregular: ctx.rest.onIrregular })),
      isRecordOf: (record, { entityId }) => record.entityId === entityId,
      readBack: (items) => readBackUpdates(ctx, items),
      leftOut: (items) => explainLeftOut(ctx, items),
    },
    addresses,
  );
  ctx.loaders.forget();
  return payload;
}

async function readBackUpdates(
  { rest }: MutationContext,
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<AddressUpdate, Found<CustomerAddress>>> {
  const records = await heldByIds(rest, items);
  return new Map(
    items.map((address): [AddressUpdate, Found<CustomerAddress>] => {
      const record = records.get(address.entityId);
      if (record === undefined) return [address, { state: 'gone' }];
      return [address, isHeld(record, address) ? { state: 'written', record } : { state: 'absent' }];
    }),
  );
}

/** A response leaves out an update that would have made an address equal to another one of its customer. */
async function explainLeftOut(
  { rest }: MutationContext,
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<AddressUpdate, Verdict<CustomerAddress>>> {
  const records = await heldByIds(rest, items);
  const owners = [...records.values()].map(({ customerEntityId }) => customerEntityId);
  const held = await ofCustomers(rest, owners);
  return new Map(
    items.map((address): [AddressUpdate, Verdict<CustomerAddress>] => {
      const record = records.get(address.entityId);
      if (record === undefined) return [address, failed(NOT_FOUND)];
      if (isHeld(record, address)) return [address, succeeded('UPDATED', record)];
      const updated = { ...record, ...address, formFields: null };
      const duplicate = held.find(
        (other) =>
          other.entityId !== record.entityId &&
          other.customerEntityId === record.customerEntityId &&
          isSame(other, updated),
      );
      return [address, unchanged(duplicate)];
    }),
  );
}

async function heldByIds(
  rest: MutationContext['rest'],
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<number, CustomerAddress>> {
  const include = new Set<AddressInclude>(items.some(({ formFields }) => formFields) ? ['formFields'] : []);
  const ids = items.map(({ entityId }) => entityId);
  const records = joined(await rest.addresses.byIds(ids, include));
  return new Map(records.map((record) => [record.entityId, record]));
}

/** Deletes addresses. For a shopper, other customers' addresses do not exist. */
export async function deleteAddresses(
  ctx: MutationContext,
  entityIds: readonly number[],
): Promise<DeletePayload> {
  const own = confinedTo(ctx.caller);
  const payload = await runDeletes(
    ctx.writes,
    {
      rule: WRITE_RULES.deleteAddresses,
      send: (items) => ctx.rest.addressWrites.delete(items.map(({ entityId }) => entityId)),
      async existing(items) {
        const ids = items.map(({ entityId }) => entityId);
        return among(items, own === null ? await byIds(ctx.rest, ids) : await ofCustomers(ctx.rest, [own]));
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
  'address2',
  'stateOrProvince',
  'postalCode',
]);

/** Validates an address, on its own or nested in a new customer. */
export function checkAddress(address: AddressFields): Problem[] {
  return [
    ...text('firstName', address.firstName, 1, 255),
    ...text('lastName', address.lastName, 1, 255),
    ...text('company', address.company, 0, 255),
    ...text('address1', address.address1, 1),
    ...text('address2', address.address2, 0),
    ...text('city', address.city, 1, 100),
    ...text('stateOrProvince', address.stateOrProvince, 0, 100),
    ...text('postalCode', address.postalCode, 0, 30),
    ...country('countryCode', address.countryCode),
    ...text('phone', address.phone, 0, 50),
    ...each('formFields', address.formFields, ({ name }) => text('name', name, 1)),
  ];
}

/** The twelve fields by which the store recognises a duplicate address. */
function tupleOf(address: AddressCreation): string {
  return JSON.stringify([
    address.customerEntityId,
    ...[address.firstName, address.lastName, address.company, address.phone].map(trimmed),
    address.addressType ?? null,
    ...[address.address1, address.address2, address.city, address.countryCode].map(trimmed),
    ...[address.stateOrProvince, address.postalCode].map(trimmed),
  ]);
}

function trimmed(value: string | null | undefined): string {
  return value?.trim() ?? '';
}

/**
 * Whether an address equals the one that was sent. Fields that were not sent are empty, except the type: the store sets
 * it.
 */
function isSame(record: CustomerAddress, sent: AddressFields): boolean {
  const { company = null, address2 = null, stateOrProvince = null, postalCode = null, phone = null } = sent;
  // The store ignores form fields when it looks for duplicates.
  return isHeld(record, {
    ...sent,
    ...{ company, address2, stateOrProvince, postalCode, phone, formFields: null },
  });
}

/** Whether an address has all values that were sent. */
function isHeld(record: CustomerAddress, sent: AddressFields): boolean {
  return (
    holds(record.firstName, sent.firstName) &&
    holds(record.lastName, sent.lastName) &&
    holds(record.company, sent.company) &&
    holds(record.address1, sent.address1) &&
    holds(record.address2, sent.address2) &&
    holds(record.city, sent.city) &&
    holds(record.stateOrProvince, sent.stateOrProvince) &&
    holds(record.postalCode, sent.postalCode) &&
    holds(record.countryCode.toUpperCase(), sent.countryCode?.toUpperCase()) &&
    holds(record.phone, sent.phone) &&
    (!sent.addressType || record.addressType === sent.addressType) &&
    holdsFields(record.formFields, sent.formFields)
  );
}
