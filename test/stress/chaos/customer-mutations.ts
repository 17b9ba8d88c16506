import { MUTATIONS } from '../../support/mutations.ts';
import {
  CUSTOMERS,
  deletionTrace,
  type MutationGenerator,
  type OwnedRecord,
  refusedDeletion,
  removeById,
  type SimulatedCaller,
  type SimulationState,
  takeOne,
  UNKNOWN_ID,
  type WriteItem,
} from './simulation.ts';
import { awkward } from './spelling.ts';

const createCustomers: MutationGenerator = {
  ...MUTATIONS.createCustomers,
  selection: 'customer { entityId email firstName notes }',
  weight: 4,
  generate(world, caller) {
    const { chance } = caller;
    const [owned] = caller.owned(CUSTOMERS);
    if (owned && 'first_name' in owned.fields && chance.boolean(0.05)) return existing(owned, world);
    const word = world.uniqueWord();
    const email = chance.boolean(0.2) ? `${word.toUpperCase()}@Chaos.example` : `${word}@chaos.example`;
    const input = {
      email,
      firstName: awkward(chance, `Ada ${word}`),
      lastName: awkward(chance, 'Chaos'),
      notes: `made ${word}`,
    };
    const item = createCustomerItem(input, world, caller);
    if (!chance.boolean(0.06)) return item;
    const spoiled = chance.boolean(0.5)
      ? { email: respelledEmail(chance.pick(takenEmails(world)), caller) }
      : { originChannelId: 99 };
    return { ...item, input: { ...input, ...spoiled }, expectation: 'refused' };
  },
};

export interface CustomerInput {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly notes: string;
}

export function createCustomerItem(
  input: CustomerInput,
  world: SimulationState,
  caller: SimulatedCaller,
): WriteItem {
  const { spell } = world;
  const fields = {
    email: spell.email(input.email),
    first_name: spell.text(input.firstName),
    last_name: spell.text(input.lastName),
    notes: spell.text(input.notes),
  };
  return {
    input,
    ledgerTrace: `customer ${fields.email} created`,
    expectedFields: { email: fields.email, firstName: fields.first_name, notes: fields.notes },
    expectation: 'possible',
    probe: emailProbe(fields.email),
    onDone: (id) => world.expectRecord(caller, CUSTOMERS, { id, customerId: null, fields }),
    onUnknown: () => {},
  };
}

/** The same customer again, which the store rejects. */
function existing({ fields }: OwnedRecord, { uniqueWord }: SimulationState): WriteItem {
  const { email, first_name: firstName, last_name: lastName } = fields;
  return {
    input: { email, firstName, lastName, notes: `again ${uniqueWord()}` },
    ledgerTrace: null,
    expectedFields: {},
    expectation: 'refused',
    probe: null,
    onDone: () => {},
    onUnknown: () => {},
  };
}

/** The store ignores the case of e-mail addresses. */
export function respelledEmail(email: string, { chance }: SimulatedCaller): string {
  return chance.boolean(0.5) ? email.toUpperCase() : email;
}

function takenEmails({ takenEmails }: SimulationState): [string, ...string[]] {
  const [first = '', ...others] = takenEmails;
  return [first, ...others];
}

export function emailProbe(email: string): WriteItem['probe'] {
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
    if (!('first_name' in owned.fields) && chance.boolean(0.3) && world.isFirst(`same customer ${owned.id}`))
      return updateToSame(owned, world, caller);
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

/** Sets a value that the customer has. */
function updateToSame(owned: OwnedRecord, world: SimulationState, caller: SimulatedCaller): WriteItem {
  const { id, fields } = owned;
  const input = { entityId: id, email: fields.email };
  return {
    input,
    ledgerTrace: `customer ${fields.email} updated`,
    expectedFields: input,
    expectation: 'same',
    probe: null,
    onDone: () => world.expectRecord(caller, CUSTOMERS, owned),
    onNotDone: () => caller.owned(CUSTOMERS).push(owned),
    onUnknown: () => world.forget(caller, CUSTOMERS, owned),
  };
}

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
    if (chance.boolean(0.05)) return refusedDeletion('customer', UNKNOWN_ID + chance.integer(0, 99_999_999));
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
