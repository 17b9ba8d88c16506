import { fullAccessClientId } from '../../../src/sandbox/tokens.ts';
import { MUTATIONS } from '../../support/mutations.ts';
import {
  CUSTOMERS,
  deletionTrace,
  type MutationGenerator,
  type OwnedRecord,
  pickOne,
  refusedDeletion,
  removeById,
  type SimulatedCaller,
  type SimulationState,
  takeOne,
  UNKNOWN_ID,
  type WriteItem,
} from './simulation.ts';
import { awkward } from './spelling.ts';

const PATH = '/customers/metafields';
const NAMESPACE = 'Chaos';

const createCustomerMetafields: MutationGenerator = {
  ...MUTATIONS.createCustomerMetafields,
  selection: 'metafield { entityId customerEntityId key value }',
  weight: 3,
  generate(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner) return null;
    const { spell } = world;
    const word = world.uniqueWord();
    const [model] = caller.owned(PATH);
    const isTaken = model !== undefined && caller.chance.boolean(0.06);
    const input = {
      customerEntityId: owner.id,
      namespace: NAMESPACE,
      key: awkward(caller.chance, word),
      value: awkward(caller.chance, word),
      permissionSet: 'READ',
    };
    const key = spell.text(input.key);
    const value = spell.text(input.value);
    const taken = { ...input, customerEntityId: model?.customerId, key: model?.fields.key };
    return {
      input: isTaken ? taken : input,
      ledgerTrace: `metafield ${ledgerKey(owner.id, key, world)} created`,
      expectedFields: { customerEntityId: owner.id, key, value },
      expectation: isTaken ? 'refused' : 'possible',
      probe: probeFor(owner.id, key, world),
      onDone: (id) => world.expectRecord(caller, PATH, { id, customerId: owner.id, fields: { key, value } }),
      onUnknown: () => removeById(caller.owned(CUSTOMERS), owner.id),
    };
  },
};

function ledgerKey(customerId: number, key: string, { spell }: SimulationState): string {
  return [fullAccessClientId, spell.namespace(NAMESPACE), key, customerId].join('/');
}

function probeFor(customerId: number, key: string, { spell }: SimulationState): WriteItem['probe'] {
  return {
    query: `query ($id: Int!, $key: String!) {
      customer(by: { entityId: $id }) {
        metafield(by: { name: { namespace: "${spell.namespace(NAMESPACE)}", key: $key } }) { entityId }
      }
    }`,
    variables: { id: customerId, key },
    isDone: ({ customer }) => (customer?.metafield ?? null) !== null,
  };
}

const updateCustomerMetafields: MutationGenerator = {
  ...MUTATIONS.updateCustomerMetafields,
  selection: 'metafield { entityId key value }',
  weight: 2,
  generate(world, caller) {
    const owned = takeOne(caller, PATH);
    if (!owned) return null;
    const sent = awkward(caller.chance, world.uniqueWord());
    const key = world.spell.text(sent);
    const value = world.spell.text(`changed ${sent}`);
    const customerId = owned.customerId ?? 0;
    return {
      input: { customerEntityId: customerId, entityId: owned.id, key: sent, value: `changed ${sent}` },
      ledgerTrace: `metafield ${ledgerKey(customerId, key, world)} updated`,
      expectedFields: { entityId: owned.id, key, value },
      expectation: 'possible',
      probe: probeFor(customerId, key, world),
      onDone: () => world.expectRecord(caller, PATH, { ...owned, fields: { key, value } }),
      onNotDone: () => caller.owned(PATH).push(owned),
      onUnknown: () => world.forget(caller, PATH, owned),
    };
  },
};

const upsertCustomerMetafields: MutationGenerator = {
  ...MUTATIONS.upsertCustomerMetafields,
  selection: 'metafield { entityId customerEntityId key value }',
  weight: 3,
  generate(world, caller) {
    if (caller.chance.boolean(0.5)) return upsertHeld(world, caller);
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner) return null;
    const word = world.uniqueWord();
    const input = {
      customerEntityId: owner.id,
      namespace: NAMESPACE,
      key: awkward(caller.chance, word),
      value: awkward(caller.chance, word),
    };
    const [key, value] = [world.spell.text(input.key), world.spell.text(input.value)];
    return {
      input,
      ledgerTrace: `metafield ${ledgerKey(owner.id, key, world)} created`,
      expectedFields: { customerEntityId: owner.id, key, value },
      expectation: 'possible',
      probe: probeFor(owner.id, key, world),
      onDone: (id) => world.expectRecord(caller, PATH, { id, customerId: owner.id, fields: { key, value } }),
      onUnknown: () => removeById(caller.owned(CUSTOMERS), owner.id),
    };
  },
};

/** Changes a metafield by its name, once: the ledger cannot tell a second change from the first. */
function upsertHeld(world: SimulationState, caller: SimulatedCaller): WriteItem | null {
  const owned = takeOne(caller, PATH);
  if (!owned) return null;
  const [key, held] = [String(owned.fields.key), String(owned.fields.value)];
  const customerEntityId = owned.customerId ?? 0;
  const isChanged = held.startsWith('changed');
  if (isChanged || !world.isFirst(`upsert of metafield ${owned.id}`)) {
    caller.owned(PATH).push(owned);
    return null;
  }
  const isSame = caller.chance.boolean(0.3);
  const sent = isSame ? held : `changed ${awkward(caller.chance, world.uniqueWord())}`;
  const value = isSame ? held : world.spell.text(sent);
  const { namespace } = world.spell;
  return {
    input: { customerEntityId, namespace: namespace(NAMESPACE), key, value: sent },
    ledgerTrace: `metafield ${ledgerKey(customerEntityId, key, world)} updated`,
    outcome: 'UPDATED',
    expectedFields: { entityId: owned.id, key, value },
    expectation: isSame ? 'same' : 'possible',
    probe: isSame ? null : valueProbe(customerEntityId, key, value, world),
    onDone: () => world.expectRecord(caller, PATH, { ...owned, fields: { key, value } }),
    onNotDone: () => caller.owned(PATH).push(owned),
    onUnknown: () => world.forget(caller, PATH, owned),
  };
}

function valueProbe(
  customerId: number,
  key: string,
  value: string,
  world: SimulationState,
): WriteItem['probe'] {
  const presence = probeFor(customerId, key, world);
  return (
    presence && {
      ...presence,
      query: presence.query.replace('{ entityId }', '{ value }'),
      isDone: ({ customer }) => customer?.metafield?.value === value,
    }
  );
}

const deleteCustomerMetafields: MutationGenerator = {
  ...MUTATIONS.deleteCustomerMetafields,
  selection: 'entityId',
  weight: 1,
  generate(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    if (owner && caller.chance.boolean(0.015)) {
      const entityId = UNKNOWN_ID + caller.index;
      return refusedDeletion('metafield', entityId, { customerEntityId: owner.id, entityId });
    }
    const owned = takeOne(caller, PATH);
    return (
      owned && {
        input: { customerEntityId: owned.customerId, entityId: owned.id },
        ledgerTrace: deletionTrace('metafield', owned.id),
        expectedFields: { entityId: owned.id },
        expectation: 'possible',
        probe: absenceProbe(owned, world),
        onDone: () => world.expectDeleted(PATH, owned),
        onUnknown: () => world.forget(caller, PATH, owned),
      }
    );
  },
};

function absenceProbe({ customerId, fields }: OwnedRecord, world: SimulationState): WriteItem['probe'] {
  const presence = probeFor(customerId ?? 0, String(fields.key), world);
  return presence && { ...presence, isDone: (data) => !presence.isDone(data) };
}

export const metafieldMutations: readonly MutationGenerator[] = [
  createCustomerMetafields,
  updateCustomerMetafields,
  upsertCustomerMetafields,
  deleteCustomerMetafields,
];
