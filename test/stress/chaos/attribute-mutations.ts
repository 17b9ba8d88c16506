import { MUTATIONS } from '../../support/mutations.ts';
import {
  CUSTOMERS,
  deletionTrace,
  type MutationGenerator,
  type OwnedRecord,
  pickOne,
  refusedDeletion,
  type SimulatedCaller,
  type SimulationState,
  takeOne,
  UNKNOWN_ID,
  type WriteItem,
} from './simulation.ts';
import { awkward } from './spelling.ts';

const DEFINITIONS = '/customers/attributes';
const VALUES = '/customers/attribute-values';

const createCustomerAttributeDefinitions: MutationGenerator = {
  ...MUTATIONS.createCustomerAttributeDefinitions,
  selection: 'definition { entityId name }',
  weight: 1,
  generate(world, caller) {
    // The store allows several definitions of one name.
    const seeded = `Free attribute ${caller.chance.integer(0, world.attributes.length - 1)}`;
    const isAgain = caller.chance.boolean(0.1) && world.isFirst(seeded);
    const sent = isAgain ? seeded : awkward(caller.chance, world.uniqueWord());
    const name = world.spell.text(sent);
    return {
      input: { name: sent, type: 'STRING' },
      ledgerTrace: `attribute ${name} created`,
      expectedFields: { name },
      expectation: 'possible',
      probe: isAgain ? null : nameProbe(name),
      onDone: (id) => world.expectRecord(caller, DEFINITIONS, { id, customerId: null, fields: { name } }),
      onUnknown: () => {},
    };
  },
};

function nameProbe(name: string): WriteItem['probe'] {
  return {
    query: '{ customerAttributeDefinitions { name } }',
    variables: {},
    isDone: ({ customerAttributeDefinitions: definitions }) =>
      definitions.some((definition: { name: string }) => definition.name === name),
  };
}

const updateCustomerAttributeDefinitions: MutationGenerator = {
  ...MUTATIONS.updateCustomerAttributeDefinitions,
  selection: 'definition { entityId name }',
  weight: 1,
  generate(world, caller) {
    const owned = takeOne(caller, DEFINITIONS);
    if (!owned) return null;
    const sent = awkward(caller.chance, world.uniqueWord());
    const name = world.spell.text(sent);
    return {
      input: { entityId: owned.id, name: sent },
      ledgerTrace: `attribute ${name} updated`,
      expectedFields: { entityId: owned.id, name },
      expectation: 'possible',
      probe: nameProbe(name),
      onDone: () => world.expectRecord(caller, DEFINITIONS, { ...owned, fields: { name } }),
      onNotDone: () => caller.owned(DEFINITIONS).push(owned),
      onUnknown: () => world.forget(caller, DEFINITIONS, owned),
    };
  },
};

const deleteCustomerAttributeDefinitions: MutationGenerator = {
  ...MUTATIONS.deleteCustomerAttributeDefinitions,
  selection: 'entityId',
  weight: 1,
  generate(world, caller) {
    if (caller.chance.boolean(0.03)) return refusedDeletion('attribute', UNKNOWN_ID + caller.index);
    const owned = takeOne(caller, DEFINITIONS);
    if (!owned) return null;
    return {
      input: owned.id,
      ledgerTrace: deletionTrace('attribute', owned.id),
      expectedFields: { entityId: owned.id },
      expectation: 'possible',
      probe: {
        query: '{ customerAttributeDefinitions { entityId } }',
        variables: {},
        isDone: ({ customerAttributeDefinitions: definitions }) =>
          !definitions.some(({ entityId }: { entityId: number }) => entityId === owned.id),
      },
      onDone: () => world.expectDeleted(DEFINITIONS, owned),
      onUnknown: () => world.forget(caller, DEFINITIONS, owned),
    };
  },
};

const upsertCustomerAttributeValues: MutationGenerator = {
  ...MUTATIONS.upsertCustomerAttributeValues,
  selection: 'value { entityId value }',
  weight: 3,
  generate(world, caller) {
    if (caller.chance.boolean(0.3)) return changeValue(world, caller);
    const owner = pickOne(caller, CUSTOMERS);
    const attribute = unusedAttribute(owner, world, caller);
    return owner && attribute ? createValue(world, caller, owner.id, attribute) : null;
  },
};

/** An attribute without a value for the customer. Null if the one that was drawn has a value. */
function unusedAttribute(
  owner: OwnedRecord | null,
  { attributes, isFirst }: SimulationState,
  { chance }: SimulatedCaller,
): number | null {
  const attribute = attributes[chance.integer(0, attributes.length - 1)];
  return owner && attribute && isFirst(`value ${owner.id}/${attribute}`) ? attribute : null;
}

function createValue(
  world: SimulationState,
  caller: SimulatedCaller,
  customerId: number,
  attributeId: number,
): WriteItem {
  const sent = awkward(caller.chance, world.uniqueWord());
  const value = world.spell.text(sent);
  return {
    input: { customerEntityId: customerId, attributeEntityId: attributeId, value: sent },
    ledgerTrace: `attribute-value ${customerId}/${attributeId} created`,
    expectedFields: { value },
    expectation: 'possible',
    probe: valueProbe(customerId, value),
    onDone(id) {
      const fields = { customer_id: customerId, attribute_id: attributeId, attribute_value: value };
      world.expectRecord(caller, VALUES, { id, customerId, fields });
    },
    onUnknown: () => world.forget(caller, VALUES, { id: 0, customerId }),
  };
}

function valueProbe(customerId: number, value: string): WriteItem['probe'] {
  return {
    query: 'query ($id: Int!) { customer(by: { entityId: $id }) { attributes { value } } }',
    variables: { id: customerId },
    isDone: ({ customer }) =>
      (customer?.attributes ?? []).some((each: { value: string }) => each.value === value),
  };
}

/** Changes a value once: the ledger cannot tell a second change from the first. */
function changeValue(world: SimulationState, caller: SimulatedCaller): WriteItem | null {
  const owned = takeOne(caller, VALUES);
  if (!owned) return null;
  if (!world.isFirst(`change of value ${owned.id}`)) {
    caller.owned(VALUES).push(owned);
    return null;
  }
  const { customer_id, attribute_id } = owned.fields;
  const isSame = caller.chance.boolean(0.2);
  const sent = isSame ? String(owned.fields.attribute_value) : awkward(caller.chance, world.uniqueWord());
  const value = world.spell.text(sent);
  return {
    input: { customerEntityId: customer_id, attributeEntityId: attribute_id, value: sent },
    ledgerTrace: `attribute-value ${customer_id}/${attribute_id} updated`,
    outcome: 'UPDATED',
    expectedFields: { entityId: owned.id, value },
    expectation: isSame ? 'same' : 'possible',
    probe: isSame ? null : valueProbe(Number(customer_id), value),
    onDone: () =>
      world.expectRecord(caller, VALUES, { ...owned, fields: { ...owned.fields, attribute_value: value } }),
    onNotDone: () => caller.owned(VALUES).push(owned),
    onUnknown: () => world.forget(caller, VALUES, owned),
  };
}

const deleteCustomerAttributeValues: MutationGenerator = {
  ...MUTATIONS.deleteCustomerAttributeValues,
  selection: 'entityId',
  weight: 1,
  generate(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    if (owner && caller.chance.boolean(0.03)) {
      const entityId = UNKNOWN_ID + caller.index;
      return refusedDeletion('attribute-value', entityId, { customerEntityId: owner.id, entityId });
    }
    const owned = takeOne(caller, VALUES);
    if (!owned) return null;
    const { id, customerId, fields } = owned;
    const stands = valueProbe(customerId ?? 0, String(fields.attribute_value));
    return {
      input: { customerEntityId: customerId, entityId: id },
      ledgerTrace: deletionTrace('attribute-value', id),
      expectedFields: { entityId: id },
      expectation: 'possible',
      probe: stands && { ...stands, isDone: (data) => !stands.isDone(data) },
      onDone: () => world.expectDeleted(VALUES, owned),
      onUnknown: () => world.forget(caller, VALUES, owned),
    };
  },
};

export const attributeMutations: readonly MutationGenerator[] = [
  createCustomerAttributeDefinitions,
  updateCustomerAttributeDefinitions,
  deleteCustomerAttributeDefinitions,
  upsertCustomerAttributeValues,
  deleteCustomerAttributeValues,
];
