import { fullClientId } from '../../src/sandbox/tokens.ts';
import { MUTATIONS } from '../support/mutations.ts';
import {
  CUSTOMERS,
  deletionOf,
  type Item,
  type Kind,
  leaveAlone,
  type Owned,
  pickOne,
  takeOne,
} from './world.ts';

const PATH = '/customers/metafields';
const NAMESPACE = 'chaos';

const createCustomerMetafields: Kind = {
  ...MUTATIONS.createCustomerMetafields,
  selection: 'metafield { entityId customerEntityId key value }',
  weight: 3,
  make(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner) return null;
    const key = world.word();
    const [model] = caller.owned(PATH);
    const isTaken = model !== undefined && caller.chance.happens(0.04);
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
      trace: `metafield ${keyOf(owner.id, key)} created`,
      shows: input,
      nature: isTaken ? 'refused' : 'possible',
      probe: probeFor(owner.id, key),
      done: (id) => world.keep(caller, PATH, { id, customerId: owner.id, fields: { key, value: key } }),
      doubted: () => leaveAlone(caller.owned(CUSTOMERS), owner.id),
    };
  },
};

function keyOf(customerId: number, key: string): string {
  return [fullClientId, NAMESPACE, key, customerId].join('/');
}

function probeFor(customerId: number, key: string): Item['probe'] {
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

const updateCustomerMetafields: Kind = {
  ...MUTATIONS.updateCustomerMetafields,
  selection: 'metafield { entityId key value }',
  weight: 2,
  make(world, caller) {
    const owned = takeOne(caller, PATH);
    if (!owned) return null;
    const key = world.word();
    const customerId = owned.customerId ?? 0;
    return {
      input: { customerEntityId: customerId, entityId: owned.id, key, value: `changed ${key}` },
      trace: `metafield ${keyOf(customerId, key)} updated`,
      shows: { entityId: owned.id, key, value: `changed ${key}` },
      nature: 'possible',
      probe: probeFor(customerId, key),
      done: () => world.keep(caller, PATH, { ...owned, fields: { key, value: `changed ${key}` } }),
      undone: () => caller.owned(PATH).push(owned),
      doubted: () => world.doubt(caller, PATH, owned),
    };
  },
};

const deleteCustomerMetafields: Kind = {
  ...MUTATIONS.deleteCustomerMetafields,
  selection: 'entityId',
  weight: 1,
  make(world, caller) {
    const owned = takeOne(caller, PATH);
    return (
      owned && {
        input: { customerEntityId: owned.customerId, entityId: owned.id },
        trace: deletionOf('metafield', owned.id),
        shows: { entityId: owned.id },
        nature: 'possible',
        probe: absenceOf(owned),
        done: () => world.drop(PATH, owned),
        doubted: () => world.doubt(caller, PATH, owned),
      }
    );
  },
};

function absenceOf({ customerId, fields }: Owned): Item['probe'] {
  const presence = probeFor(customerId ?? 0, String(fields.key));
  return presence && { ...presence, isDone: (data) => !presence.isDone(data) };
}

export const metafieldKinds: readonly Kind[] = [
  createCustomerMetafields,
  updateCustomerMetafields,
  deleteCustomerMetafields,
];
