import { MUTATIONS } from '../../support/mutations.ts';
import { addressOf, changeItem, createAddressItem, deleteItem } from './address-mutations.ts';
import { consentItem } from './other-mutations.ts';
import {
  ADDRESSES,
  CUSTOMERS,
  type OwnedRecord,
  pickOne,
  refusedDeletion,
  removeById,
  type ShopperMutationGenerator,
  type SimulatedCaller,
  UNKNOWN_ID,
  type WriteItem,
} from './simulation.ts';
import { awkward } from './spelling.ts';

const pickOwner = (caller: SimulatedCaller) => pickOne(caller, CUSTOMERS)?.id ?? null;
/** A customer who has an address. */
const pickResident = (caller: SimulatedCaller) => pickOne(caller, ADDRESSES)?.customerId ?? null;

const updateViewer: ShopperMutationGenerator = {
  mutation: 'updateViewer',
  list: null,
  input: 'UpdateViewerInput',
  record: 'customer',
  outcome: 'UPDATED',
  selection: 'customer { entityId company }',
  weight: 2,
  pickShopper: pickOwner,
  generate(world, caller, id) {
    const owned = caller.owned(CUSTOMERS).find((record) => record.id === id);
    // The ledger names customers by their e-mail address: another update of this one has the same trace.
    const isUnchanged = String(owned?.fields.notes).startsWith('made');
    if (!owned || !isUnchanged || !world.isFirst(`viewer ${id}`)) return null;
    removeById(caller.owned(CUSTOMERS), id);
    const sent = awkward(caller.chance, world.uniqueWord());
    const company = world.spell.text(sent);
    return {
      input: { company: sent },
      ledgerTrace: `customer ${owned.fields.email} updated`,
      expectedFields: { entityId: id, company },
      expectation: 'possible',
      probe: {
        query: 'query ($id: Int!) { customer(by: { entityId: $id }) { company } }',
        variables: { id },
        isDone: ({ customer }) => customer?.company === company,
      },
      onDone: () => world.expectRecord(caller, CUSTOMERS, { ...owned, fields: { ...owned.fields, company } }),
      onNotDone: () => caller.owned(CUSTOMERS).push(owned),
      onUnknown: () => world.forget(caller, CUSTOMERS, owned),
    };
  },
};

const createViewerAddresses: ShopperMutationGenerator = {
  ...MUTATIONS.createCustomerAddresses,
  mutation: 'createViewerAddresses',
  input: 'CreateViewerAddressesInput',
  selection: 'address { entityId customerEntityId address1 company }',
  weight: 2,
  pickShopper: pickOwner,
  generate: (world, caller, id) =>
    withoutOwner(createAddressItem(addressOf(world, caller, id), world, caller)),
};

const updateViewerAddresses: ShopperMutationGenerator = {
  ...MUTATIONS.updateCustomerAddresses,
  mutation: 'updateViewerAddresses',
  input: 'UpdateViewerAddressesInput',
  selection: 'address { entityId customerEntityId address1 company }',
  weight: 2,
  pickShopper: pickResident,
  generate(world, caller, id) {
    const owned = takeAddressOf(id, caller);
    return owned && changeItem(owned, world, caller);
  },
};

const deleteViewerAddresses: ShopperMutationGenerator = {
  ...MUTATIONS.deleteCustomerAddresses,
  mutation: 'deleteViewerAddresses',
  selection: 'entityId',
  weight: 1,
  pickShopper: pickResident,
  generate(world, caller, id) {
    if (caller.chance.boolean(0.03)) return refusedDeletion('address', UNKNOWN_ID + caller.index);
    const owned = takeAddressOf(id, caller);
    return owned && deleteItem(owned, world, caller);
  },
};

const updateViewerConsent: ShopperMutationGenerator = {
  ...MUTATIONS.updateCustomerConsent,
  mutation: 'updateViewerConsent',
  list: null,
  input: 'UpdateViewerConsentInput',
  selection: 'consent { allow deny }',
  weight: 1,
  pickShopper: pickOwner,
  generate(world, caller, id) {
    const owned = caller.owned(CUSTOMERS).find((record) => record.id === id);
    const item = owned && 'first_name' in owned.fields ? consentItem(id, world, caller) : null;
    return item && withoutOwner(item);
  },
};

function takeAddressOf(customerId: number, caller: SimulatedCaller): OwnedRecord | null {
  const owned = caller.owned(ADDRESSES).find((record) => record.customerId === customerId);
  if (owned === undefined) return null;
  removeById(caller.owned(ADDRESSES), owned.id);
  return owned;
}

/** The mutations of shoppers take no id of a customer. */
function withoutOwner(item: WriteItem): WriteItem {
  const { customerEntityId: _owner, ...input } = item.input as Readonly<Record<string, unknown>>;
  return { ...item, input };
}

/** The writes of shoppers on their own records. A new password is not among them: no read shows it. */
export const viewerMutations: readonly ShopperMutationGenerator[] = [
  updateViewer,
  createViewerAddresses,
  updateViewerAddresses,
  deleteViewerAddresses,
  updateViewerConsent,
];
