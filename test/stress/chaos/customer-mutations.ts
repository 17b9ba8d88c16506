import { MUTATIONS } from '../../support/mutations.ts';
import {
  CUSTOMERS,
  deletionTrace,
  type MutationGenerator,
  removeById,
  type SimulatedCaller,
  type SimulationState,
  takeOne,
  type WriteItem,
} from './simulation.ts';

/** Higher than the id of any customer. */
const UNKNOWN_ID = 2_000_000_000;

const createCustomers: MutationGenerator = {
  ...MUTATIONS.createCustomers,
  selection: 'customer { entityId email firstName notes }',
  weight: 4,
  generate(world, caller) {
    const { chance } = caller;
    const word = world.uniqueWord();
    const email = `${word}@chaos.example`;
    const input = { email, firstName: `Ada ${word}`, lastName: 'Chaos', notes: `made ${word}` };
    const expectation = chance.boolean(0.06) ? 'refused' : 'possible';
    const spoiled = chance.boolean(0.5)
      ? { email: chance.pick(takenEmails(world)) }
      : { originChannelId: 99 };
    return {
      input: expectation === 'refused' ? { ...input, ...spoiled } : input,
      ledgerTrace: `customer ${email} created`,
      expectedFields: input,
      expectation,
      probe: emailProbe(email),
      onDone(id) {
        const fields = { email, first_name: input.firstName, last_name: 'Chaos', notes: input.notes };
        world.expectRecord(caller, CUSTOMERS, { id, customerId: null, fields });
      },
      onUnknown: () => {},
    };
  },
};

function takenEmails({ takenEmails }: SimulationState): [string, ...string[]] {
  const [first = '', ...others] = takenEmails;
  return [first, ...others];
}

function emailProbe(email: string): WriteItem['probe'] {
  return {
    query: 'query ($email: String!) { customer(by: { email: $email }) { entityId } }',
    variables: { email },
    isDone: ({ customer }) => customer !== null,
  };
}

const updateCustomers: MutationGenerator = {
  ...MUTATIONS.updateCustomers,
  selection: 'customer { entityId email notes }',
  weight: 3,
  generate(world, caller) {
    const { chance } = caller;
    const word = world.uniqueWord();
    // The ledger identifies each change by the new e-mail address.
    const email = `${word}@chaos.example`;
    const notes = chance.boolean(0.2) ? null : `changed ${word}`;
    if (chance.boolean(0.03)) {
      const input = { entityId: UNKNOWN_ID + chance.integer(0, 99_999_999), email, notes };
      return { ...rejectedUpdate, input, ledgerTrace: `customer ${email} updated`, probe: emailProbe(email) };
    }
    const owned = takeOne(caller, CUSTOMERS);
    if (!owned) return null;
    const { id } = owned;
    const isTaken = chance.boolean(0.03);
    const input = { entityId: id, email: isTaken ? chance.pick(takenEmails(world)) : email, notes };
    return {
      input,
      ledgerTrace: `customer ${email} updated`,
      expectedFields: input,
      expectation: isTaken ? 'refused' : 'possible',
      probe: emailProbe(email),
      onDone() {
        const fields = { ...owned.fields, email, notes: notes ?? '' };
        world.expectRecord(caller, CUSTOMERS, { ...owned, fields });
      },
      onNotDone: () => caller.owned(CUSTOMERS).push(owned),
      onUnknown: () => world.forget(caller, CUSTOMERS, owned),
    };
  },
};

const rejectedUpdate = {
  expectedFields: {},
  expectation: 'refused',
  onDone: () => {},
  onUnknown: () => {},
} as const satisfies Partial<WriteItem>;

const deleteCustomers: MutationGenerator = {
  ...MUTATIONS.deleteCustomers,
  selection: 'entityId',
  weight: 1,
  generate(world, caller) {
    const { chance } = caller;
    if (chance.boolean(0.05)) {
      const nobody = UNKNOWN_ID + chance.integer(0, 99_999_999);
      return { ...deleteItem(world, caller, nobody), expectation: 'refused' };
    }
    const owned = takeOne(caller, CUSTOMERS);
    return owned && deleteItem(world, caller, owned.id);
  },
};

function deleteItem(world: SimulationState, caller: SimulatedCaller, id: number): WriteItem {
  // Deleting a customer deletes all records of that customer, so none of them is written to any more.
  for (const path of DEPENDENT_PATHS)
    for (const { id: each } of caller.owned(path).filter(({ customerId }) => customerId === id))
      removeById(caller.owned(path), each);
  return {
    input: id,
    ledgerTrace: deletionTrace('customer', id),
    expectedFields: { entityId: id },
    expectation: 'possible',
    probe: {
      query: 'query ($id: Int!) { customer(by: { entityId: $id }) { entityId } }',
      variables: { id },
      isDone: ({ customer }) => customer === null,
    },
    onDone: () => world.expectDeleted(CUSTOMERS, { id, customerId: null }),
    onUnknown: () => world.forget(caller, CUSTOMERS, { id, customerId: null }),
  };
}

const DEPENDENT_PATHS = ['/customers/addresses', '/customers/attribute-values', '/customers/metafields'];

export const customerMutations: readonly MutationGenerator[] = [
  createCustomers,
  updateCustomers,
  deleteCustomers,
];
