import { MUTATIONS } from '../../support/mutations.ts';
import {
  CUSTOMERS,
  deletionTrace,
  type MutationGenerator,
  type OwnedRecord,
  pickOne,
  removeById,
  type SimulatedCaller,
  type SimulationState,
  takeOne,
  type WriteItem,
} from './simulation.ts';

const PATH = '/customers/addresses';
const UNKNOWN_ID = 2_000_000_000;

interface AddressInput {
  readonly customerEntityId: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly company?: string;
  readonly address1: string;
  readonly city: string;
  readonly countryCode: string;
}

const createCustomerAddresses: MutationGenerator = {
  ...MUTATIONS.createCustomerAddresses,
  selection: 'address { entityId customerEntityId address1 company }',
  weight: 4,
  generate(world, caller) {
    const { chance } = caller;
    const [model] = caller.owned(PATH);
    if (model && chance.boolean(0.06)) return duplicateOf(model, world, caller);
    if (chance.boolean(0.04))
      return { ...createItem(addressOf(world, UNKNOWN_ID), world, caller), expectation: 'refused' };
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner) return null;
    const input = addressOf(world, owner.id);
    return createItem(chance.boolean(0.5) ? { ...input, company: 'Chaos Ltd' } : input, world, caller);
  },
};

function addressOf(world: SimulationState, customerEntityId: number): AddressInput {
  const address1 = `Street ${world.uniqueWord()}`;
  return { customerEntityId, firstName: 'Ada', lastName: 'Chaos', address1, city: 'Gent', countryCode: 'BE' };
}

/** An exact copy of an existing address. */
function duplicateOf(model: OwnedRecord, world: SimulationState, caller: SimulatedCaller): WriteItem {
  const { address1, company } = model.fields;
  const input = {
    ...addressOf(world, model.customerId ?? 0),
    address1: String(address1),
    ...(company !== '' && { company: String(company) }),
  };
  const item = createItem(input, world, caller);
  return {
    ...item,
    expectedFields: { ...item.expectedFields, entityId: model.id },
    expectation: 'twin',
    onDone: () => {},
  };
}

function createItem(input: AddressInput, world: SimulationState, caller: SimulatedCaller): WriteItem {
  const { customerEntityId, address1, company = '' } = input;
  return {
    input,
    ledgerTrace: `address ${ledgerKey(customerEntityId, address1, company)} created`,
    expectedFields: { ...input, company: input.company ?? null },
    expectation: 'possible',
    probe: probeFor(customerEntityId, address1, company),
    onDone(id) {
      const fields = { customer_id: customerEntityId, address1, company };
      world.expectRecord(caller, PATH, { id, customerId: customerEntityId, fields });
    },
    onUnknown: () => removeById(caller.owned(CUSTOMERS), customerEntityId),
  };
}

/** The identity of an address, in the format of the ledger. */
function ledgerKey(customerId: number, address1: string, company: string): string {
  const street = [address1, '', 'Gent', 'BE', '', ''];
  return JSON.stringify([customerId, 'Ada', 'Chaos', company, '', 'residential', ...street]);
}

function probeFor(customerId: number, address1: string, company: string): WriteItem['probe'] {
  return {
    query:
      'query ($id: Int!) { customer(by: { entityId: $id }) { addresses(first: 250) { nodes { address1 company } } } }',
    variables: { id: customerId },
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
    const owned = takeOne(caller, PATH);
    if (!owned) return null;
    if (chance.boolean(0.05)) {
      const model = caller.owned(PATH).find(({ customerId }) => customerId === owned.customerId);
      if (model) return updateToDuplicate(owned, model, world, caller);
    }
    const { id } = owned;
    const address1 = `Avenue ${world.uniqueWord()}`;
    const company = chance.boolean(0.5) ? '' : 'Changed Ltd';
    const customerId = owned.customerId ?? 0;
    const isRefused = chance.boolean(0.04);
    return {
      input: { entityId: isRefused ? UNKNOWN_ID + id : id, address1, company: company || null },
      ledgerTrace: `address ${ledgerKey(customerId, address1, company)} updated`,
      expectedFields: { entityId: id, address1, company: company || null },
      expectation: isRefused ? 'refused' : 'possible',
      probe: probeFor(customerId, address1, company),
      onDone() {
        const fields = { customer_id: customerId, address1, company };
        world.expectRecord(caller, PATH, { ...owned, fields });
      },
      onNotDone: () => caller.owned(PATH).push(owned),
      onUnknown: () => world.forget(caller, PATH, owned),
    };
  },
};

/** Makes one address equal to another of the same customer, which the store prevents. */
function updateToDuplicate(
  owned: OwnedRecord,
  model: OwnedRecord,
  world: SimulationState,
  caller: SimulatedCaller,
): WriteItem {
  const { address1, company } = model.fields;
  const customerId = model.customerId ?? 0;
  removeById(caller.owned(PATH), model.id);
  return {
    input: { entityId: owned.id, address1, company: company || null },
    ledgerTrace: `address ${ledgerKey(customerId, String(address1), String(company))} updated`,
    expectedFields: { entityId: model.id, address1, company: company || null },
    expectation: 'twin',
    probe: probeFor(customerId, String(address1), String(company)),
    onDone: () => {},
    onNotDone: () => caller.owned(PATH).push(owned, model),
    onUnknown: () => world.forget(caller, PATH, owned),
  };
}

const deleteCustomerAddresses: MutationGenerator = {
  ...MUTATIONS.deleteCustomerAddresses,
  selection: 'entityId',
  weight: 1,
  generate(world, caller) {
    const owned = takeOne(caller, PATH);
    if (!owned) return null;
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
      onDone: () => world.expectDeleted(PATH, owned),
      onUnknown: () => world.forget(caller, PATH, owned),
    };
  },
};

export const addressMutations: readonly MutationGenerator[] = [
  createCustomerAddresses,
  updateCustomerAddresses,
  deleteCustomerAddresses,
];
