import { MUTATIONS } from '../../support/mutations.ts';
import { type AddressInput, addressOf, createAddressItem, duplicateOf } from './address-mutations.ts';
import { createCustomerItem, emailProbe, respelledEmail } from './customer-mutations.ts';
import {
  ADDRESSES,
  CUSTOMERS,
  type MutationGenerator,
  type OwnedRecord,
  type SimulatedCaller,
  type SimulationState,
  takeOne,
  UNKNOWN_ID,
  type WriteItem,
} from './simulation.ts';
import { awkward } from './spelling.ts';

const SELECTION = 'customer { entityId email notes } parts { outcome recordId errors { code } }';

/** Finds customers by e-mail address: most items are new, the others are as the store has them. */
const upsertByEmail: MutationGenerator = {
  ...MUTATIONS.upsertCustomers,
  options: { matchBy: 'EMAIL' },
  selection: SELECTION,
  weight: 3,
  generate(world, caller) {
    const { chance } = caller;
    if (chance.boolean(0.2)) {
      const owned = takeOne(caller, CUSTOMERS);
      if (owned && 'first_name' in owned.fields && world.isFirst(`same customer ${owned.id}`))
        return sameAgain(owned, world, caller);
      if (owned) caller.owned(CUSTOMERS).push(owned);
    }
    return newCustomer(world, caller);
  },
};

function newCustomer(world: SimulationState, caller: SimulatedCaller): WriteItem {
  const { chance } = caller;
  const word = world.uniqueWord();
  const input = {
    email: `${word}@chaos.example`,
    firstName: awkward(chance, `Ada ${word}`),
    lastName: awkward(chance, 'Chaos'),
    notes: `made ${word}`,
  };
  const customer = createCustomerItem(input, world, caller);
  const { customerEntityId: _owner, ...address } = addressOf(world, caller, 0);
  const isRefused = chance.boolean(0.05);
  const part = partOfNewCustomer(address, world, caller);
  return {
    ...customer,
    input: { ...input, addresses: [address], ...(isRefused && { originChannelId: 99 }) },
    expectation: isRefused ? 'refused' : 'possible',
    parts: [part.item],
    onDone(id) {
      customer.onDone(id);
      part.setOwner(id);
    },
  };
}

/** An address whose customer, and with it the ledger entry, is known when the customer was created. */
function partOfNewCustomer(
  address: Omit<AddressInput, 'customerEntityId'>,
  world: SimulationState,
  caller: SimulatedCaller,
) {
  let known: WriteItem | null = null;
  const item: WriteItem = {
    input: address,
    get ledgerTrace() {
      return known?.ledgerTrace ?? null;
    },
    expectedFields: {},
    expectation: 'possible',
    probe: null,
    onDone(id) {
      // The id of an address that came with its customer is not known.
      if (id !== 0) known?.onDone(id);
    },
    onUnknown: () => known?.onUnknown(),
  };
  return {
    item,
    setOwner(customerEntityId: number) {
      known = createAddressItem({ ...address, customerEntityId }, world, caller);
    },
  };
}

/** A customer of the store with the values that it has, and an address that it has, both perhaps in another spelling. */
function sameAgain(owned: OwnedRecord, world: SimulationState, caller: SimulatedCaller): WriteItem {
  const { id, fields } = owned;
  const [model] = caller.owned(ADDRESSES).filter(({ customerId }) => customerId === id);
  const twin = duplicateOf(model, world, caller);
  const { customerEntityId: _owner, ...address } = (twin?.input ?? {}) as AddressInput;
  return {
    input: {
      email: respelledEmail(String(fields.email), caller),
      firstName: fields.first_name,
      lastName: fields.last_name,
      ...(twin && { addresses: [address] }),
    },
    // Nothing may be written.
    ledgerTrace: null,
    expectedFields: { email: fields.email },
    expectation: 'same',
    probe: null,
    ...(twin && { parts: [{ ...twin, expectedFields: {} }] }),
    onDone: () => world.expectRecord(caller, CUSTOMERS, owned),
    onNotDone: () => caller.owned(CUSTOMERS).push(owned),
    onUnknown: () => world.forget(caller, CUSTOMERS, owned),
  };
}

/** Changes customers that the store has, and adds an address. */
const upsertById: MutationGenerator = {
  ...MUTATIONS.upsertCustomers,
  options: { matchBy: 'ENTITY_ID' },
  selection: SELECTION,
  weight: 3,
  generate(world, caller) {
    const { chance } = caller;
    const email = `${world.uniqueWord()}@chaos.example`;
    const owned = takeOne(caller, CUSTOMERS);
    if (!owned) return null;
    const isRefused = chance.boolean(0.04);
    const entityId = isRefused ? UNKNOWN_ID + owned.id : owned.id;
    const address = addressOf(world, caller, entityId);
    const part = createAddressItem(address, world, caller);
    const { customerEntityId: _owner, ...nested } = address;
    return {
      input: { entityId, email, addresses: [nested] },
      ledgerTrace: `customer ${email} updated`,
      outcome: 'UPDATED',
      expectedFields: { entityId, email },
      expectation: isRefused ? 'refused' : 'possible',
      probe: emailProbe(email),
      parts: [{ ...part, expectation: isRefused ? 'refused' : 'possible' }],
      onDone: () => world.expectRecord(caller, CUSTOMERS, { ...owned, fields: { ...owned.fields, email } }),
      onNotDone: () => caller.owned(CUSTOMERS).push(owned),
      onUnknown: () => world.forget(caller, CUSTOMERS, owned),
    };
  },
};

export const upsertMutations: readonly MutationGenerator[] = [upsertByEmail, upsertById];
