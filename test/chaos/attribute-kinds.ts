import { MUTATIONS } from '../support/mutations.ts';
import {
  type Caller,
  CUSTOMERS,
  deletionOf,
  type Item,
  type Kind,
  type Owned,
  pickOne,
  takeOne,
  type World,
} from './world.ts';

const DEFINITIONS = '/customers/attributes';
const VALUES = '/customers/attribute-values';

const createCustomerAttributeDefinitions: Kind = {
  ...MUTATIONS.createCustomerAttributeDefinitions,
  selection: 'definition { entityId name }',
  weight: 1,
  make(world, caller) {
    const name = world.word();
    return {
      input: { name, type: 'STRING' },
      trace: `attribute ${name} created`,
      shows: { name },
      nature: 'possible',
      probe: byName(name),
      done: (id) => world.keep(caller, DEFINITIONS, { id, customerId: null, fields: { name } }),
      doubted: () => {},
    };
  },
};

function byName(name: string): Item['probe'] {
  return {
    query: '{ customerAttributeDefinitions { name } }',
    variables: {},
    isDone: ({ customerAttributeDefinitions: definitions }) =>
      definitions.some((definition: { name: string }) => definition.name === name),
  };
}

const updateCustomerAttributeDefinitions: Kind = {
  ...MUTATIONS.updateCustomerAttributeDefinitions,
  selection: 'definition { entityId name }',
  weight: 1,
  make(world, caller) {
    const owned = takeOne(caller, DEFINITIONS);
    if (!owned) return null;
    const name = world.word();
    return {
      input: { entityId: owned.id, name },
      trace: `attribute ${name} updated`,
      shows: { entityId: owned.id, name },
      nature: 'possible',
      probe: byName(name),
      done: () => world.keep(caller, DEFINITIONS, { ...owned, fields: { name } }),
      undone: () => caller.owned(DEFINITIONS).push(owned),
      doubted: () => world.doubt(caller, DEFINITIONS, owned),
    };
  },
};

const deleteCustomerAttributeDefinitions: Kind = {
  ...MUTATIONS.deleteCustomerAttributeDefinitions,
  selection: 'entityId',
  weight: 1,
  make(world, caller) {
    const owned = takeOne(caller, DEFINITIONS);
    if (!owned) return null;
    return {
      input: owned.id,
      trace: deletionOf('attribute', owned.id),
      shows: { entityId: owned.id },
      nature: 'possible',
      probe: {
        query: '{ customerAttributeDefinitions { entityId } }',
        variables: {},
        isDone: ({ customerAttributeDefinitions: definitions }) =>
          !definitions.some(({ entityId }: { entityId: number }) => entityId === owned.id),
      },
      done: () => world.drop(DEFINITIONS, owned),
      doubted: () => world.doubt(caller, DEFINITIONS, owned),
    };
  },
};

const upsertCustomerAttributeValues: Kind = {
  ...MUTATIONS.upsertCustomerAttributeValues,
  selection: 'value { entityId value }',
  weight: 3,
  make(world, caller) {
    if (caller.chance.happens(0.3)) return changeOfValue(world, caller);
    const owner = pickOne(caller, CUSTOMERS);
    const attribute = attributeFor(owner, world, caller);
    return owner && attribute ? firstValue(world, caller, owner.id, attribute) : null;
  },
};

/** An attribute without a value for the customer. Null if the one that was drawn has a value. */
function attributeFor(
  owner: Owned | null,
  { attributes, isFirst }: World,
  { chance }: Caller,
): number | null {
  const attribute = attributes[chance.between(0, attributes.length - 1)];
  return owner && attribute && isFirst(`value ${owner.id}/${attribute}`) ? attribute : null;
}

function firstValue(world: World, caller: Caller, customerId: number, attributeId: number): Item {
  const value = world.word();
  return {
    input: { customerEntityId: customerId, attributeEntityId: attributeId, value },
    trace: `attribute-value ${customerId}/${attributeId} created`,
    shows: { value },
    nature: 'possible',
    probe: valueProbe(customerId, value),
    done(id) {
      const fields = { customer_id: customerId, attribute_id: attributeId, attribute_value: value };
      world.keep(caller, VALUES, { id, customerId, fields });
    },
    doubted: () => world.doubt(caller, VALUES, { id: 0, customerId }),
  };
}

function valueProbe(customerId: number, value: string): Item['probe'] {
  return {
    query: 'query ($id: Int!) { customer(by: { entityId: $id }) { attributes { value } } }',
    variables: { id: customerId },
    isDone: ({ customer }) =>
      (customer?.attributes ?? []).some((each: { value: string }) => each.value === value),
  };
}

/** Changes a value once: the ledger cannot tell a second change from the first. */
function changeOfValue(world: World, caller: Caller): Item | null {
  const owned = takeOne(caller, VALUES);
  if (!owned) return null;
  if (!world.isFirst(`change of value ${owned.id}`)) {
    caller.owned(VALUES).push(owned);
    return null;
  }
  const { customer_id, attribute_id } = owned.fields;
  const value = world.word();
  return {
    input: { customerEntityId: customer_id, attributeEntityId: attribute_id, value },
    trace: `attribute-value ${customer_id}/${attribute_id} updated`,
    outcome: 'UPDATED',
    shows: { entityId: owned.id, value },
    nature: 'possible',
    probe: valueProbe(Number(customer_id), value),
    done: () => world.keep(caller, VALUES, { ...owned, fields: { ...owned.fields, attribute_value: value } }),
    undone: () => caller.owned(VALUES).push(owned),
    doubted: () => world.doubt(caller, VALUES, owned),
  };
}

const deleteCustomerAttributeValues: Kind = {
  ...MUTATIONS.deleteCustomerAttributeValues,
  selection: 'entityId',
  weight: 1,
  make(world, caller) {
    const owned = takeOne(caller, VALUES);
    if (!owned) return null;
    const { id, customerId, fields } = owned;
    const stands = valueProbe(customerId ?? 0, String(fields.attribute_value));
    return {
      input: { customerEntityId: customerId, entityId: id },
      trace: deletionOf('attribute-value', id),
      shows: { entityId: id },
      nature: 'possible',
      probe: stands && { ...stands, isDone: (data) => !stands.isDone(data) },
      done: () => world.drop(VALUES, owned),
      doubted: () => world.doubt(caller, VALUES, owned),
    };
  },
};

export const attributeKinds: readonly Kind[] = [
  createCustomerAttributeDefinitions,
  updateCustomerAttributeDefinitions,
  deleteCustomerAttributeDefinitions,
  upsertCustomerAttributeValues,
  deleteCustomerAttributeValues,
];
