import type { Context } from '../context.ts';
import type { AddressCreation, AddressFields, AddressUpdate } from '../rest/address-writes.ts';
import { type CustomerAddress, readAddress } from '../rest/addresses.ts';
import { joined } from '../rest/portions.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { country, each, id, noNulls, text } from './checks.ts';
import { type DeletePayload, runDeletes } from './deletes.ts';
import { holds, recordsIn } from './write-answers.ts';
import type { Problem, WritePayload } from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

type Writes = Pick<Context, 'rest' | 'writes' | 'loaders'>;

const DUPLICATE: Problem = {
  code: 'DUPLICATE',
  message: 'The customer has this address already; the store keeps one of each.',
  field: null,
};

/** Adds addresses. One that the customer has already is left as it is. */
export async function createAddresses(
  ctx: Writes,
  addresses: readonly AddressCreation[],
): Promise<WritePayload<CustomerAddress>> {
  const payload = await runWrites<AddressCreation, CustomerAddress>(
    ctx.writes,
    {
      list: 'addresses',
      rule: WRITE_RULES.createAddresses,
      outcome: 'CREATED',
      check: (address) => [...id('customerEntityId', address.customerEntityId), ...checkAddress(address)],
      keyOf: tupleOf,
      repeated: (first) =>
        first.outcome === 'CREATED' || first.outcome === 'UNCHANGED'
          ? { outcome: 'UNCHANGED', problems: [DUPLICATE], record: first.record }
          : first,
      send: (items) => ctx.rest.addressWrites.create(items),
      recordsIn: (body) =>
        recordsIn(body, (item) => readAddress(item, { asked: false, onIrregular: ctx.rest.onIrregular })),
      isRecordOf: (record, address) =>
        record.customerEntityId === address.customerEntityId && isHeld(record, address),
      // One that is found after a lost answer may have stood there before: nothing dates an address.
      async readBack(items) {
        const customerIds = [...new Set(items.map(({ customerEntityId }) => customerEntityId))];
        const held = joined(await ctx.rest.addresses.ofCustomers(customerIds, new Set()));
        return new Map(
          items.map((address): [AddressCreation, Found<CustomerAddress>] => {
            const record = held.find(
              (each) => each.customerEntityId === address.customerEntityId && isHeld(each, address),
            );
            return [address, record ? { state: 'written', record } : { state: 'absent' }];
          }),
        );
      },
      leftOut: DUPLICATE,
    },
    addresses,
  );
  ctx.loaders.forget();
  return payload;
}

/** Changes addresses. A change that would make one equal to another of the customer is dropped by the store. */
export async function updateAddresses(
  ctx: Writes,
  addresses: readonly AddressUpdate[],
): Promise<WritePayload<CustomerAddress>> {
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
      send: (items) => ctx.rest.addressWrites.update(items),
      recordsIn: (body) =>
        recordsIn(body, (item) => readAddress(item, { asked: false, onIrregular: ctx.rest.onIrregular })),
      isRecordOf: (record, { entityId }) => record.entityId === entityId,
      readBack: (items) => readBackUpdates(ctx, items),
    },
    addresses,
  );
  ctx.loaders.forget();
  return payload;
}

async function readBackUpdates(
  { rest }: Writes,
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<AddressUpdate, Found<CustomerAddress>>> {
  const ids = items.map(({ entityId }) => entityId);
  const records = new Map(
    joined(await rest.addresses.byIds(ids, new Set())).map((record) => [record.entityId, record]),
  );
  return new Map(
    items.map((address): [AddressUpdate, Found<CustomerAddress>] => {
      const record = records.get(address.entityId);
      if (record === undefined) return [address, { state: 'gone' }];
      return [address, isHeld(record, address) ? { state: 'written', record } : { state: 'absent' }];
    }),
  );
}

export async function deleteAddresses(ctx: Writes, entityIds: readonly number[]): Promise<DeletePayload> {
  const payload = await runDeletes(
    ctx.writes,
    {
      rule: WRITE_RULES.deleteAddresses,
      send: (items) => ctx.rest.addressWrites.delete(items.map(({ entityId }) => entityId)),
      async existing(items) {
        const portions = await ctx.rest.addresses.byIds(
          items.map(({ entityId }) => entityId),
          new Set(),
        );
        return new Set(joined(portions).map(({ entityId }) => entityId));
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

/** What is wrong with an address by itself, on its own or inside of a new customer. */
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

/** The twelve fields by which the store tells addresses apart. */
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

/** Whether an address holds all that was sent of it. The store fills in a type where none was sent. */
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
    (!sent.addressType || record.addressType === sent.addressType)
  );
}
