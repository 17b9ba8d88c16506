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

type Writes = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

const NOT_FOUND: Problem = { code: 'NOT_FOUND', message: 'The store has no such record.', field: null };
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
      // One that is found after a lost answer may have stood there before: nothing dates an address.
      async readBack(items) {
        const twins = await twinsOf(ctx, items);
        return new Map(
          items.map((address): [AddressCreation, Found<CustomerAddress>] => {
            const record = twins.get(address);
            return [address, record ? { state: 'written', record } : { state: 'absent' }];
          }),
        );
      },
      async leftOut(items) {
        const twins = await twinsOf(ctx, items);
        return new Map(items.map((address) => [address, unchanged(twins.get(address))]));
      },
    },
    addresses,
  );
  ctx.loaders.forget();
  return payload;
}

/** The addresses that their customers have already, by those that are to be added. */
async function twinsOf(
  { rest }: Writes,
  items: readonly AddressCreation[],
): Promise<ReadonlyMap<AddressCreation, CustomerAddress>> {
  const held = await ofCustomers(
    rest,
    items.map(({ customerEntityId }) => customerEntityId),
  );
  return new Map(
    items.flatMap((address): [AddressCreation, CustomerAddress][] => {
      const twin = held.find(
        (each) => each.customerEntityId === address.customerEntityId && isSame(each, address),
      );
      return twin === undefined ? [] : [[address, twin]];
    }),
  );
}

async function ofCustomers(
  rest: Writes['rest'],
  ids: readonly number[],
): Promise<readonly CustomerAddress[]> {
  return joined(await rest.addresses.ofCustomers([...new Set(ids)], new Set()));
}

async function byIds(rest: Writes['rest'], ids: readonly number[]): Promise<readonly CustomerAddress[]> {
  return joined(await rest.addresses.byIds(ids, new Set()));
}

function unchanged(twin: CustomerAddress | null | undefined): Verdict<CustomerAddress> {
  if (!twin) return OUTCOME_UNKNOWN;
  return { outcome: 'UNCHANGED', problems: [DUPLICATE], record: twin };
}

/** Changes addresses. A change that would make one equal to another of the customer is dropped by the store. */
export async function updateAddresses(
  ctx: Writes,
  addresses: readonly AddressUpdate[],
): Promise<WritePayload<CustomerAddress>> {
  const ownIds = ownAddressIds(ctx);

  /** The store changes whatever address it is told to; those of others are to a shopper as if they were not there. */
  async function learn(items: readonly AddressUpdate[]) {
    const ids = await ownIds?.();
    const others = items.filter(({ entityId }) => ids?.has(entityId) === false);
    return new Map(others.map((item) => [item, failed(NOT_FOUND)]));
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
  { rest }: Writes,
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

/** A change is left out where it would have made an address equal to another one of its customer. */
async function explainLeftOut(
  { rest }: Writes,
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
      const wanted = { ...record, ...address, formFields: null };
      const twin = held.find(
        (each) =>
          each.entityId !== record.entityId &&
          each.customerEntityId === record.customerEntityId &&
          isSame(each, wanted),
      );
      return [address, unchanged(twin)];
    }),
  );
}

async function heldByIds(
  rest: Writes['rest'],
  items: readonly AddressUpdate[],
): Promise<ReadonlyMap<number, CustomerAddress>> {
  const include = new Set<AddressInclude>(items.some(({ formFields }) => formFields) ? ['formFields'] : []);
  const ids = items.map(({ entityId }) => entityId);
  const records = joined(await rest.addresses.byIds(ids, include));
  return new Map(records.map((record) => [record.entityId, record]));
}

/** Deletes addresses. A shopper's are looked for among their own, so that all others are as if they were not there. */
export async function deleteAddresses(ctx: Writes, entityIds: readonly number[]): Promise<DeletePayload> {
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

/** Whether an address is the one that was sent: what was not sent is empty. The store fills in a type where none was. */
function isSame(record: CustomerAddress, sent: AddressFields): boolean {
  const { company = null, address2 = null, stateOrProvince = null, postalCode = null, phone = null } = sent;
  // Form fields do not tell addresses apart.
  return isHeld(record, {
    ...sent,
    ...{ company, address2, stateOrProvince, postalCode, phone, formFields: null },
  });
}

/** Whether an address holds all that was sent of it. */
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
