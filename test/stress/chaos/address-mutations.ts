import { MUTATIONS } from '../../support/mutations.ts';
import {
  ADDRESSES,
  CUSTOMERS,
  deletionTrace,
  type MutationGenerator,
  type OwnedRecord,
  pickOne,
  type RecordFields,
  refusedDeletion,
  removeById,
  type SimulatedCaller,
  type SimulationState,
  takeOne,
  UNKNOWN_ID,
  type WriteItem,
} from './simulation.ts';
import { awkward, varied } from './spelling.ts';

export interface AddressInput {
  readonly customerEntityId: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly company?: string;
  readonly address1: string;
  readonly address2?: string;
  readonly city: string;
  readonly countryCode: string;
  readonly stateOrProvince?: string;
  readonly postalCode?: string;
  readonly phone?: string;
  readonly addressType?: string;
}

const createCustomerAddresses: MutationGenerator = {
  ...MUTATIONS.createCustomerAddresses,
  selection: 'address { entityId customerEntityId address1 company }',
  weight: 4,
  generate(world, caller) {
    const { chance } = caller;
    const [model] = caller.owned(ADDRESSES);
    if (model && chance.boolean(0.06)) return duplicateOf(model, world, caller);
    const seeded = world.unchangedAddresses;
    if (chance.boolean(0.06)) return duplicateOf(seeded[chance.integer(0, seeded.length - 1)], world, caller);
    if (chance.boolean(0.04))
      return {
        ...createAddressItem(addressOf(world, caller, UNKNOWN_ID), world, caller),
        expectation: 'refused',
      };
    const owner = pickOne(caller, CUSTOMERS);
    return owner && createAddressItem(addressOf(world, caller, owner.id), world, caller);
  },
};

export function addressOf(
  { uniqueWord, respells }: SimulationState,
  { chance }: SimulatedCaller,
  customerEntityId: number,
): AddressInput {
  const inAmerica = chance.boolean(0.3);
  // Without respelling the store rejects codes of states.
  const states = respells ? (['CA', 'NV', 'California'] as const) : (['California', 'Nevada'] as const);
  return {
    customerEntityId,
    firstName: 'Ada',
    lastName: awkward(chance, 'Chaos'),
    address1: awkward(chance, `Street ${uniqueWord()}`),
    city: inAmerica ? 'Los  Altos' : 'Gent',
    ...(inAmerica && { countryCode: 'US', stateOrProvince: chance.pick([...states]) }),
    ...(!inAmerica && { countryCode: 'BE' }),
    ...(chance.boolean(0.5) && { company: awkward(chance, 'Chaos Ltd') }),
  } as AddressInput;
}

/** A copy of an existing address, in another spelling if the store makes it equal. Null if it would not. */
export function duplicateOf(
  model: OwnedRecord | undefined,
  world: SimulationState,
  caller: SimulatedCaller,
): WriteItem | null {
  if (model === undefined) return null;
  const { chance } = caller;
  const { respells } = world;
  const field = (name: string) => {
    const value = String(model.fields[name] ?? '');
    return respells && chance.boolean(0.3) ? varied(chance, value) : value;
  };
  const input: AddressInput = {
    customerEntityId: Number(model.fields.customer_id),
    firstName: field('first_name'),
    lastName: field('last_name'),
    company: field('company'),
    address1: field('address1'),
    address2: field('address2'),
    city: field('city'),
    countryCode: String(model.fields.country_code),
    stateOrProvince:
      respells && model.fields.state_or_province === 'California' ? 'CA' : field('state_or_province'),
    postalCode: field('postal_code'),
    phone: field('phone'),
    addressType: String(model.fields.address_type).toUpperCase(),
  };
  const item = createAddressItem(input, world, caller);
  if (ledgerKey(storedFields(input, world)) !== ledgerKey(model.fields)) return null;
  const { address1, company } = model.fields;
  return {
    ...item,
    expectedFields: { entityId: model.id, address1, company: company === '' ? null : company },
    expectation: 'twin',
    onDone: () => {},
  };
}

/** The fields of an address as the store spells them. */
function storedFields(input: AddressInput, { spell }: SimulationState): RecordFields {
  return {
    customer_id: input.customerEntityId,
    first_name: spell.text(input.firstName),
    last_name: spell.text(input.lastName),
    company: spell.text(input.company ?? ''),
    phone: spell.text(input.phone ?? ''),
    address_type: input.addressType?.toLowerCase() ?? 'residential',
    address1: spell.text(input.address1),
    address2: spell.text(input.address2 ?? ''),
    city: spell.text(input.city),
    country_code: input.countryCode,
    state_or_province: spell.state(input.stateOrProvince ?? ''),
    postal_code: spell.text(input.postalCode ?? ''),
  };
}

export function createAddressItem(
  input: AddressInput,
  world: SimulationState,
  caller: SimulatedCaller,
): WriteItem {
  const { customerEntityId } = input;
  const fields = storedFields(input, world);
  const { address1, company } = fields;
  return {
    input,
    ledgerTrace: `address ${ledgerKey(fields)} created`,
    expectedFields: { customerEntityId, address1, company: company === '' ? null : company },
    expectation: 'possible',
    probe: probeFor(fields),
    onDone: (id) => world.expectRecord(caller, ADDRESSES, { id, customerId: customerEntityId, fields }),
    onUnknown: () => removeById(caller.owned(CUSTOMERS), customerEntityId),
  };
}

const KEY_FIELDS = [
  'customer_id',
  'first_name',
  'last_name',
  'company',
  'phone',
  'address_type',
  'address1',
  'address2',
  'city',
  'country_code',
  'state_or_province',
  'postal_code',
] as const;

/** The identity of an address, in the format of the ledger. */
function ledgerKey(fields: RecordFields): string {
  return JSON.stringify(KEY_FIELDS.map((field) => fields[field]));
}

function probeFor({ customer_id, address1, company }: RecordFields): WriteItem['probe'] {
  return {
    query:
      'query ($id: Int!) { customer(by: { entityId: $id }) { addresses(first: 250) { nodes { address1 company } } } }',
    variables: { id: customer_id },
    isDone: ({ customer }) =>
      (customer?.addresses.nodes ?? []).some(
        (node: { address1: string; company: string | null }) =>
          node.address1 === address1 && (node.company ?? '') === company,
      ),
  };
}

const updateCustomerAddresses: MutationGenerator = {
  ...MUTATIONS.updateCustomerAddresses,
  selection: 'address { entityId customerEntityId address1 company }',
  weight: 3,
  generate(world, caller) {
    const { chance } = caller;
    const owned = takeOne(caller, ADDRESSES);
    if (!owned) return null;
    if (chance.boolean(0.05)) {
      const model = caller.owned(ADDRESSES).find((other) => canEqual(other, owned));
      if (model) return updateToDuplicate(owned, model, world, caller);
    }
    return changeItem(owned, world, caller);
  },
};

/** Gives an address another street and company. */
export function changeItem(owned: OwnedRecord, world: SimulationState, caller: SimulatedCaller): WriteItem {
  const { chance } = caller;
  const isRefused = chance.boolean(0.04);
  const entityId = isRefused ? UNKNOWN_ID + owned.id : owned.id;
  const address1 = awkward(chance, `Avenue ${world.uniqueWord()}`);
  const company = chance.boolean(0.5) ? '' : awkward(chance, 'Changed Ltd');
  const fields = {
    ...owned.fields,
    address1: world.spell.text(address1),
    company: world.spell.text(company),
  };
  return {
    ...updateItem(owned, fields, world, caller),
    input: { entityId, address1, company: company === '' ? null : company },
    expectation: isRefused ? 'refused' : 'possible',
  };
}

/** Whether two addresses are equal but for the street and the company. */
function canEqual(one: OwnedRecord, other: OwnedRecord): boolean {
  const rest = ({ fields }: OwnedRecord) => ledgerKey({ ...fields, address1: '', company: '' });
  return rest(one) === rest(other);
}

function updateItem(
  owned: OwnedRecord,
  fields: RecordFields,
  world: SimulationState,
  caller: SimulatedCaller,
): Omit<WriteItem, 'input' | 'expectation'> {
  const { address1, company } = fields;
  return {
    ledgerTrace: `address ${ledgerKey(fields)} updated`,
    expectedFields: { entityId: owned.id, address1, company: company === '' ? null : company },
    probe: probeFor(fields),
    onDone: () => world.expectRecord(caller, ADDRESSES, { ...owned, fields }),
    onNotDone: () => caller.owned(ADDRESSES).push(owned),
    onUnknown: () => world.forget(caller, ADDRESSES, owned),
  };
}

/** Makes one address equal to another of the same customer, which the store prevents. */
function updateToDuplicate(
  owned: OwnedRecord,
  model: OwnedRecord,
  world: SimulationState,
  caller: SimulatedCaller,
): WriteItem {
  const { address1, company } = model.fields;
  removeById(caller.owned(ADDRESSES), model.id);
  return {
    ...updateItem(owned, model.fields, world, caller),
    input: { entityId: owned.id, address1, company: company || null },
    expectedFields: { entityId: model.id, address1, company: company || null },
    expectation: 'twin',
    onDone: () => {},
    onNotDone: () => caller.owned(ADDRESSES).push(owned, model),
  };
}

const deleteCustomerAddresses: MutationGenerator = {
  ...MUTATIONS.deleteCustomerAddresses,
  selection: 'entityId',
  weight: 1,
  generate(world, caller) {
    if (caller.chance.boolean(0.03)) return refusedDeletion('address', UNKNOWN_ID + caller.index);
    const owned = takeOne(caller, ADDRESSES);
    return owned && deleteItem(owned, world, caller);
  },
};

export function deleteItem(owned: OwnedRecord, world: SimulationState, caller: SimulatedCaller): WriteItem {
  const { id } = owned;
  return {
    input: id,
    ledgerTrace: deletionTrace('address', id),
    expectedFields: { entityId: id },
    expectation: 'possible',
    probe: {
      query:
        'query ($ids: [Int!]) { customerAddresses(first: 1, filter: { entityIds: $ids }) { nodes { entityId } } }',
      variables: { ids: [id] },
      isDone: ({ customerAddresses }) => customerAddresses.nodes.length === 0,
    },
    onDone: () => world.expectDeleted(ADDRESSES, owned),
    onUnknown: () => world.forget(caller, ADDRESSES, owned),
  };
}

export const addressMutations: readonly MutationGenerator[] = [
  createCustomerAddresses,
  updateCustomerAddresses,
  deleteCustomerAddresses,
];
