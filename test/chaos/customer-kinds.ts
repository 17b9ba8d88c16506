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

const PATH = '/customers';
/** No store has so many customers. */
const NOBODY = 2_000_000_000;

const createCustomers: Kind = {
  mutation: 'createCustomers',
  list: 'customers',
  selection: 'customer { entityId email firstName notes }',
  record: 'customer',
  outcome: 'CREATED',
  weight: 4,
  make(world, caller) {
    const { chance } = caller;
    const word = world.word();
    const email = `${word}@chaos.example`;
    const input = { email, firstName: `Ada ${word}`, lastName: 'Chaos', notes: `made ${word}` };
    const nature = chance.happens(0.06) ? 'refused' : 'possible';
    const spoiled = chance.happens(0.5) ? { email: chance.pick(takenBy(world)) } : { originChannelId: 99 };
    return {
      input: nature === 'refused' ? { ...input, ...spoiled } : input,
      trace: `customer ${email} created`,
      shows: input,
      nature,
      probe: byEmail(email),
      done(id) {
        const fields = { email, first_name: input.firstName, last_name: 'Chaos', notes: input.notes };
        caller.customers.push({ id, fields });
        world.expect({ path: PATH, id, fields });
      },
      doubted: () => {},
    };
  },
};

function takenBy({ taken }: World): [string, ...string[]] {
  const [first = '', ...others] = taken;
  return [first, ...others];
}

function byEmail(email: string): Item['probe'] {
  return {
    query: 'query ($email: String!) { customer(by: { email: $email }) { entityId } }',
    variables: { email },
    isDone: ({ customer }) => customer !== null,
  };
}

const updateCustomers: Kind = {
  mutation: 'updateCustomers',
  list: 'customers',
  selection: 'customer { entityId email notes }',
  record: 'customer',
  outcome: 'UPDATED',
  weight: 3,
  make(world, caller) {
    const { chance } = caller;
    const word = world.word();
    // Each change is known in the ledger by the e-mail address that it leaves behind.
    const email = `${word}@chaos.example`;
    const notes = chance.happens(0.2) ? null : `changed ${word}`;
    if (chance.happens(0.03)) {
      const input = { entityId: NOBODY + chance.between(0, 99_999_999), email, notes };
      return { ...refusedUpdate, input, trace: `customer ${email} updated`, probe: byEmail(email) };
    }
    const owned = takeOne(chance, caller.customers);
    if (!owned) return null;
    const { id } = owned;
    const isTaken = chance.happens(0.03);
    const input = { entityId: id, email: isTaken ? chance.pick(takenBy(world)) : email, notes };
    return {
      input,
      trace: `customer ${email} updated`,
      shows: input,
      nature: isTaken ? 'refused' : 'possible',
      probe: byEmail(email),
      done() {
        const fields = { ...owned.fields, email, notes: notes ?? '' };
        caller.customers.push({ id, fields });
        world.expect({ path: PATH, id, fields });
      },
      undone: () => caller.customers.push(owned),
      doubted: () => world.forget(PATH, id),
    };
  },
};

const refusedUpdate = {
  shows: {},
  nature: 'refused',
  done: () => {},
  doubted: () => {},
} as const;

const deleteCustomers: Kind = {
  mutation: 'deleteCustomers',
  list: 'entityIds',
  selection: 'entityId',
  record: null,
  outcome: 'DELETED',
  weight: 1,
  make(world, caller) {
    const { chance } = caller;
    if (chance.happens(0.05)) {
      const nobody = NOBODY + chance.between(0, 99_999_999);
      return { ...deletion(world, caller, nobody), nature: 'refused' };
    }
    const owned = takeOne(chance, caller.customers);
    return owned && deletion(world, caller, owned.id);
  },
};

function deletion(world: World, caller: Caller, id: number): Item {
  // With a customer go the addresses: nothing more is written to them.
  const isTheirs = ({ fields }: { readonly fields: Owned['fields'] | null }) => fields?.customer_id === id;
  for (const address of caller.addresses.filter(isTheirs)) leaveAlone(caller.addresses, address.id);
  return {
    input: id,
    trace: deletionOf('deleteCustomers', 'customer', id),
    shows: { entityId: id },
    nature: 'possible',
    probe: {
      query: 'query ($id: Int!) { customer(by: { entityId: $id }) { entityId } }',
      variables: { id },
      isDone: ({ customer }) => customer === null,
    },
    done() {
      world.expect({ path: PATH, id, fields: null });
      for (const address of world.expectations().filter(isTheirs)) world.expect({ ...address, fields: null });
    },
    doubted() {
      world.forget(PATH, id);
      for (const address of world.expectations().filter(isTheirs)) world.forget(address.path, address.id);
    },
  };
}

export const customerKinds: readonly Kind[] = [createCustomers, updateCustomers, deleteCustomers];
