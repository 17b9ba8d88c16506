import { fullAccessClientId } from '../../../src/sandbox/tokens.ts';
import { MUTATIONS } from '../../support/mutations.ts';
import {
  CUSTOMERS,
  deletionTrace,
  type MutationGenerator,
  type OwnedRecord,
  pickOne,
  removeById,
  takeOne,
  type WriteItem,
} from './simulation.ts';

const PATH = '/customers/metafields';
const NAMESPACE = 'chaos';

const createCustomerMetafields: MutationGenerator = {
  ...MUTATIONS.createCustomerMetafields,
  selection: 'metafield { entityId customerEntityId key value }',
  weight: 3,
  generate(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner) return null;
    const key = world.uniqueWord();
    const [model] = caller.owned(PATH);
    const isTaken = model !== undefined && caller.chance.boolean(0.04);
    const input = {
      customerEntityId: owner.id,
      namespace: NAMESPACE,
      key,
      value: key,
      permissionSet: 'READ',
    };
    const taken = { ...input, customerEntityId: model?.customerId, key: model?.fields.key };
    return {
      input: isTaken ? taken : input,
      ledgerTrace: `metafield ${ledgerKey(owner.id, key)} created`,
      expectedFields: input,
      expectation: isTaken ? 'refused' : 'possible',
      probe: probeFor(owner.id, key),
      onDone: (id) =>
        world.expectRecord(caller, PATH, { id, customerId: owner.id, fields: { key, value: key } }),
      onUnknown: () => removeById(caller.owned(CUSTOMERS), owner.id),
    };
  },
};

function ledgerKey(customerId: number, key: string): string {
  return [fullAccessClientId, NAMESPACE, key, customerId].join('/');
}

function probeFor(customerId: number, key: string): WriteItem['probe'] {
  return {
    query: `query ($id: Int!, $key: String!) {
      customer(by: { entityId: $id }) {
        metafield(by: { name: { namespace: "${NAMESPACE}", key: $key } }) { entityId }
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
    const key = world.uniqueWord();
    const customerId = owned.customerId ?? 0;
    return {
      input: { customerEntityId: customerId, entityId: owned.id, key, value: `changed ${key}` },
      ledgerTrace: `metafield ${ledgerKey(customerId, key)} updated`,
      expectedFields: { entityId: owned.id, key, value: `changed ${key}` },
      expectation: 'possible',
      probe: probeFor(customerId, key),
      onDone: () => world.expectRecord(caller, PATH, { ...owned, fields: { key, value: `changed ${key}` } }),
      onNotDone: () => caller.owned(PATH).push(owned),
      onUnknown: () => world.forget(caller, PATH, owned),
    };
  },
};

const deleteCustomerMetafields: MutationGenerator = {
  ...MUTATIONS.deleteCustomerMetafields,
  selection: 'entityId',
  weight: 1,
  generate(world, caller) {
    const owned = takeOne(caller, PATH);
    return (
      owned && {
        input: { customerEntityId: owned.customerId, entityId: owned.id },
        ledgerTrace: deletionTrace('metafield', owned.id),
        expectedFields: { entityId: owned.id },
        expectation: 'possible',
        probe: absenceProbe(owned),
        onDone: () => world.expectDeleted(PATH, owned),
        onUnknown: () => world.forget(caller, PATH, owned),
      }
    );
  },
};

function absenceProbe({ customerId, fields }: OwnedRecord): WriteItem['probe'] {
  const presence = probeFor(customerId ?? 0, String(fields.key));
  return presence && { ...presence, isDone: (data) => !presence.isDone(data) };
}

export const metafieldMutations: readonly MutationGenerator[] = [
  createCustomerMetafields,
  updateCustomerMetafields,
  deleteCustomerMetafields,
];
