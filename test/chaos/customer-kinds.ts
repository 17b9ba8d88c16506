import { MUTATIONS } from '../support/mutations.ts';
import {
  type Caller,
  CUSTOMERS,
  deletionOf,
  type Item,
  type Kind,
  leaveAlone,
  takeOne,
  type World,
} from './world.ts';

/** Higher than the id of any customer. */
const NOBODY = 2_000_000_000;

const createCustomers: Kind = {
  ...MUTATIONS.createCustomers,
  selection: 'customer { entityId email firstName notes }',
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
        world.keep(caller, CUSTOMERS, { id, customerId: null, fields });
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
  ...MUTATIONS.updateCustomers,
  selection: 'customer { entityId email notes }',
  weight: 3,
  make(world, caller) {
    const { chance } = caller;
    const word = world.word();
    // The ledger identifies each change by the new e-mail address.
    const email = `${word}@chaos.example`;
    const notes = chance.happens(0.2) ? null : `changed ${word}`;
    if (chance.happens(0.03)) {
      const input = { entityId: NOBODY + chance.between(0, 99_999_999), email, notes };
      return { ...refusedUpdate, input, trace: `customer ${email} updated`, probe: byEmail(email) };
    }
    const owned = takeOne(caller, CUSTOMERS);
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
        world.keep(caller, CUSTOMERS, { ...owned, fields });
      },
      undone: () => caller.owned(CUSTOMERS).push(owned),
      doubted: () => world.doubt(caller, CUSTOMERS, owned),
    };
  },
};

const refusedUpdate = {
  shows: {},
  nature: 'refused',
  done: () => {},
  doubted: () => {},
} as const satisfies Partial<Item>;

const deleteCustomers: Kind = {
  ...MUTATIONS.deleteCustomers,
  selection: 'entityId',
  weight: 1,
  make(world, caller) {
    const { chance } = caller;
    if (chance.happens(0.05)) {
      const nobody = NOBODY + chance.between(0, 99_999_999);
      return { ...deletion(world, caller, nobody), nature: 'refused' };
    }
    const owned = takeOne(caller, CUSTOMERS);
    return owned && deletion(world, caller, owned.id);
  },
};

function deletion(world: World, caller: Caller, id: number): Item {
  // Deleting a customer deletes all records of that customer, so none of them is written to any more.
  for (const path of BELONGINGS)
    for (const { id: each } of caller.owned(path).filter(({ customerId }) => customerId === id))
      leaveAlone(caller.owned(path), each);
  return {
    input: id,
    trace: deletionOf('customer', id),
    shows: { entityId: id },
    nature: 'possible',
    probe: {
      query: 'query ($id: Int!) { customer(by: { entityId: $id }) { entityId } }',
      variables: { id },
      isDone: ({ customer }) => customer === null,
    },
    done: () => world.drop(CUSTOMERS, { id, customerId: null }),
    doubted: () => world.doubt(caller, CUSTOMERS, { id, customerId: null }),
  };
}

const BELONGINGS = ['/customers/addresses', '/customers/attribute-values', '/customers/metafields'];

export const customerKinds: readonly Kind[] = [createCustomers, updateCustomers, deleteCustomers];
