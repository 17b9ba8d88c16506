import {
  type Caller,
  deletionOf,
  type Item,
  type Kind,
  leaveAlone,
  type Owned,
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
  mutation: 'createCustomerAddresses',
  list: 'addresses',
  selection: 'address { entityId customerEntityId address1 company }',
  record: 'address',
  outcome: 'CREATED',
  weight: 4,
  make(world, caller) {
    const { chance } = caller;
    const [model] = caller.addresses;
    if (model && chance.happens(0.06)) return copyOf(model, world, caller);
    if (chance.happens(0.04))
      return { ...creation(addressOf(world, NOWHERE), world, caller), nature: 'refused' };
    const index = chance.between(0, caller.customers.length - 1);
    const owner = caller.customers[index];
    if (!owner) return null;
    const input = addressOf(world, owner.id);
    return creation(chance.happens(0.5) ? { ...input, company: 'Chaos Ltd' } : input, world, caller);
  },
};

function addressOf(world: World, customerEntityId: number): AddressInput {
  const address1 = `Street ${world.word()}`;
  return { customerEntityId, firstName: 'Ada', lastName: 'Chaos', address1, city: 'Gent', countryCode: 'BE' };
}

/** The very same address once more. */
function copyOf(model: Owned, world: World, caller: Caller): Item {
  const { customer_id, address1, company } = model.fields;
  const input = {
    ...addressOf(world, Number(customer_id)),
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
      caller.addresses.push({ id, fields });
      world.expect({ path: PATH, id, fields });
    },
    doubted: () => leaveAlone(caller.customers, customerEntityId),
  };
}

/** The fields that make an address what it is, as the ledger writes them. */
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
  mutation: 'updateCustomerAddresses',
  list: 'addresses',
  selection: 'address { entityId customerEntityId address1 company }',
  record: 'address',
  outcome: 'UPDATED',
  weight: 3,
  make(world, caller) {
    const { chance } = caller;
    const owned = takeOne(chance, caller.addresses);
    if (!owned) return null;
    if (chance.happens(0.05)) {
      const model = caller.addresses.find(({ fields }) => fields.customer_id === owned.fields.customer_id);
      if (model) return alignment(owned, model, world, caller);
    }
    const { id } = owned;
    const address1 = `Avenue ${world.word()}`;
    const company = chance.happens(0.5) ? '' : 'Changed Ltd';
    const customerId = Number(owned.fields.customer_id);
    const isRefused = chance.happens(0.04);
    return {
      input: { entityId: isRefused ? NOWHERE + id : id, address1, company: company || null },
      trace: `address ${keyOf(customerId, address1, company)} updated`,
      shows: { entityId: id, address1, company: company || null },
      nature: isRefused ? 'refused' : 'possible',
      probe: probeFor(customerId, address1, company),
      done() {
        const fields = { customer_id: customerId, address1, company };
        caller.addresses.push({ id, fields });
        world.expect({ path: PATH, id, fields });
      },
      undone: () => caller.addresses.push(owned),
      doubted: () => leaveToItself(owned, world, caller),
    };
  },
};

// With its customer it would be deleted, and nobody could read any more what became of it.
function leaveToItself({ id, fields }: Owned, world: World, caller: Caller): void {
  world.forget(PATH, id);
  leaveAlone(caller.customers, Number(fields.customer_id));
}

/** Makes one address equal to another of the same customer, which the store does not let happen. */
function alignment(owned: Owned, model: Owned, world: World, caller: Caller): Item {
  const { customer_id, address1, company } = model.fields;
  leaveAlone(caller.addresses, model.id);
  return {
    input: { entityId: owned.id, address1, company: company || null },
    trace: `address ${keyOf(Number(customer_id), String(address1), String(company))} updated`,
    shows: { entityId: model.id, address1, company: company || null },
    nature: 'twin',
    probe: probeFor(Number(customer_id), String(address1), String(company)),
    done: () => {},
    undone: () => caller.addresses.push(owned, model),
    doubted: () => leaveToItself(owned, world, caller),
  };
}

const deleteCustomerAddresses: Kind = {
  mutation: 'deleteCustomerAddresses',
  list: 'entityIds',
  selection: 'entityId',
  record: null,
  outcome: 'DELETED',
  weight: 1,
  make(world, caller) {
    const owned = takeOne(caller.chance, caller.addresses);
    if (!owned) return null;
    const { id } = owned;
    return {
      input: id,
      trace: deletionOf('deleteCustomersAddresses', 'address', id),
      shows: { entityId: id },
      nature: 'possible',
      probe: {
        query:
          'query ($ids: [Int!]) { customerAddresses(first: 1, filter: { entityIds: $ids }) { nodes { entityId } } }',
        variables: { ids: [id] },
        isDone: ({ customerAddresses }) => customerAddresses.nodes.length === 0,
      },
      done: () => world.expect({ path: PATH, id, fields: null }),
      doubted: () => leaveToItself(owned, world, caller),
    };
  },
};

export const addressKinds: readonly Kind[] = [
  createCustomerAddresses,
  updateCustomerAddresses,
  deleteCustomerAddresses,
];
