import { MUTATIONS } from '../support/mutations.ts';
import {
  type Caller,
  CUSTOMERS,
  deletionOf,
  type Item,
  type Kind,
  leaveAlone,
  type Owned,
  pickOne,
  takeOne,
  type World,
} from './world.ts';

const PATH = '/customers/addresses';
const NOWHERE = 2_000_000_000;

interface AddressInput {
  readonly customerEntityId: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly company?: string;
  readonly address1: string;
  readonly city: string;
  readonly countryCode: string;
}

const createCustomerAddresses: Kind = {
  ...MUTATIONS.createCustomerAddresses,
  selection: 'address { entityId customerEntityId address1 company }',
  weight: 4,
  make(world, caller) {
    const { chance } = caller;
    const [model] = caller.owned(PATH);
    if (model && chance.happens(0.06)) return copyOf(model, world, caller);
    if (chance.happens(0.04))
      return { ...creation(addressOf(world, NOWHERE), world, caller), nature: 'refused' };
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner) return null;
    const input = addressOf(world, owner.id);
    return creation(chance.happens(0.5) ? { ...input, company: 'Chaos Ltd' } : input, world, caller);
  },
};

function addressOf(world: World, customerEntityId: number): AddressInput {
  const address1 = `Street ${world.word()}`;
  return { customerEntityId, firstName: 'Ada', lastName: 'Chaos', address1, city: 'Gent', countryCode: 'BE' };
}

/** An exact copy of an existing address. */
function copyOf(model: Owned, world: World, caller: Caller): Item {
  const { address1, company } = model.fields;
  const input = {
    ...addressOf(world, model.customerId ?? 0),
    address1: String(address1),
    ...(company !== '' && { company: String(company) }),
  };
  const item = creation(input, world, caller);
  return { ...item, shows: { ...item.shows, entityId: model.id }, nature: 'twin', done: () => {} };
}

function creation(input: AddressInput, world: World, caller: Caller): Item {
  const { customerEntityId, address1, company = '' } = input;
  return {
    input,
    trace: `address ${keyOf(customerEntityId, address1, company)} created`,
    shows: { ...input, company: input.company ?? null },
    nature: 'possible',
    probe: probeFor(customerEntityId, address1, company),
    done(id) {
      const fields = { customer_id: customerEntityId, address1, company };
      world.keep(caller, PATH, { id, customerId: customerEntityId, fields });
    },
    doubted: () => leaveAlone(caller.owned(CUSTOMERS), customerEntityId),
  };
}

/** The identity of an address, in the format of the ledger. */
function keyOf(customerId: number, address1: string, company: string): string {
  const street = [address1, '', 'Gent', 'BE', '', ''];
  return JSON.stringify([customerId, 'Ada', 'Chaos', company, '', 'residential', ...street]);
}

function probeFor(customerId: number, address1: string, company: string): Item['probe'] {
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

const updateCustomerAddresses: Kind = {
  ...MUTATIONS.updateCustomerAddresses,
  selection: 'address { entityId customerEntityId address1 company }',
  weight: 3,
  make(world, caller) {
    const { chance } = caller;
    const owned = takeOne(caller, PATH);
    if (!owned) return null;
    if (chance.happens(0.05)) {
      const model = caller.owned(PATH).find(({ customerId }) => customerId === owned.customerId);
      if (model) return alignment(owned, model, world, caller);
    }
    const { id } = owned;
    const address1 = `Avenue ${world.word()}`;
    const company = chance.happens(0.5) ? '' : 'Changed Ltd';
    const customerId = owned.customerId ?? 0;
    const isRefused = chance.happens(0.04);
    return {
      input: { entityId: isRefused ? NOWHERE + id : id, address1, company: company || null },
      trace: `address ${keyOf(customerId, address1, company)} updated`,
      shows: { entityId: id, address1, company: company || null },
      nature: isRefused ? 'refused' : 'possible',
      probe: probeFor(customerId, address1, company),
      done() {
        const fields = { customer_id: customerId, address1, company };
        world.keep(caller, PATH, { ...owned, fields });
      },
      undone: () => caller.owned(PATH).push(owned),
      doubted: () => world.doubt(caller, PATH, owned),
    };
  },
};

/** Makes one address equal to another of the same customer, which the store prevents. */
function alignment(owned: Owned, model: Owned, world: World, caller: Caller): Item {
  const { address1, company } = model.fields;
  const customerId = model.customerId ?? 0;
  leaveAlone(caller.owned(PATH), model.id);
  return {
    input: { entityId: owned.id, address1, company: company || null },
    trace: `address ${keyOf(customerId, String(address1), String(company))} updated`,
    shows: { entityId: model.id, address1, company: company || null },
    nature: 'twin',
    probe: probeFor(customerId, String(address1), String(company)),
    done: () => {},
    undone: () => caller.owned(PATH).push(owned, model),
    doubted: () => world.doubt(caller, PATH, owned),
  };
}

const deleteCustomerAddresses: Kind = {
  ...MUTATIONS.deleteCustomerAddresses,
  selection: 'entityId',
  weight: 1,
  make(world, caller) {
    const owned = takeOne(caller, PATH);
    if (!owned) return null;
    const { id } = owned;
    return {
      input: id,
      trace: deletionOf('address', id),
      shows: { entityId: id },
      nature: 'possible',
      probe: {
        query:
          'query ($ids: [Int!]) { customerAddresses(first: 1, filter: { entityIds: $ids }) { nodes { entityId } } }',
        variables: { ids: [id] },
        isDone: ({ customerAddresses }) => customerAddresses.nodes.length === 0,
      },
      done: () => world.drop(PATH, owned),
      doubted: () => world.doubt(caller, PATH, owned),
    };
  },
};

export const addressKinds: readonly Kind[] = [
  createCustomerAddresses,
  updateCustomerAddresses,
  deleteCustomerAddresses,
];
