import { MUTATIONS } from '../../support/mutations.ts';
import {
  CUSTOMERS,
  type ItemCallbacks,
  type MutationGenerator,
  type OwnedRecord,
  pickOne,
  type SimulatedCaller,
  type SimulationState,
  type WriteItem,
} from './simulation.ts';
import { awkward } from './spelling.ts';

const FORM_FIELD_VALUES = '/customers/form-field-values';
const FIELD = 'Nickname';

const upsertFormFieldValues: MutationGenerator = {
  ...MUTATIONS.upsertFormFieldValues,
  selection: 'value { name ... on TextFormFieldValue { text } }',
  weight: 2,
  generate(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    // Seeded customers may have a value already; customers that were created since have none.
    if (!owner || !('first_name' in owner.fields)) return null;
    const { id } = owner;
    const held = caller.owned(FORM_FIELD_VALUES).find((record) => record.id === id);
    if (!world.isFirst(`${held ? 'change' : 'form'} of ${id}`)) return null;
    const isSame = held !== undefined && caller.chance.boolean(0.5);
    const sent = isSame ? String(held.fields.value) : awkward(caller.chance, world.uniqueWord());
    const text = world.spell.text(sent);
    return {
      input: { owner: { customerEntityId: id }, name: FIELD, value: { text: sent } },
      ledgerTrace: `form-field-value customer/${id}/${FIELD} ${held ? 'updated' : 'created'}`,
      expectedFields: { name: FIELD, text },
      expectation: isSame ? 'same' : 'possible',
      probe: isSame
        ? null
        : {
            query: `query ($id: Int!) {
          customer(by: { entityId: $id }) { formFields { ... on TextFormFieldValue { text } } }
        }`,
            variables: { id },
            isDone: ({ customer }) =>
              (customer?.formFields ?? []).some((field: { text?: string }) => field.text === text),
          },
      onDone: () =>
        world.expectRecord(caller, FORM_FIELD_VALUES, {
          id,
          customerId: id,
          fields: { name: FIELD, value: text },
        }),
      onUnknown: () => world.forget(caller, FORM_FIELD_VALUES, { id, customerId: id }),
    };
  },
};

const updateCustomerConsent: MutationGenerator = {
  ...MUTATIONS.updateCustomerConsent,
  selection: 'consent { allow deny }',
  weight: 1,
  generate(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    return owner && 'first_name' in owner.fields ? consentItem(owner.id, world, caller) : null;
  },
};

/** The consent of a customer who was created in this run. Null if it was changed before. */
export function consentItem(id: number, world: SimulationState, caller: SimulatedCaller): WriteItem | null {
  const path = `/customers/${id}/consent`;
  const [held] = caller.owned(path);
  if (held)
    return world.isFirst(`change of consent of ${id}`) ? sameConsent(held, path, world, caller) : null;
  if (!world.isFirst(`consent of ${id}`)) return null;
  // The gateway reads the absent list and sends it unchanged. It is empty.
  const isPartial = caller.chance.boolean(0.5);
  return {
    input: { customerEntityId: id, allow: ['ANALYTICS'], ...(!isPartial && { deny: ['TARGETING'] }) },
    ledgerTrace: `consent ${id} created`,
    expectedFields: { allow: ['ANALYTICS'], deny: isPartial ? [] : ['TARGETING'] },
    expectation: 'possible',
    probe: {
      query: 'query ($id: Int!) { customer(by: { entityId: $id }) { consent { allow } } }',
      variables: { id },
      isDone: ({ customer }) => customer?.consent.allow.length === 1,
    },
    onDone: () =>
      world.expectRecord(caller, path, {
        id: 0,
        customerId: id,
        fields: { allow: ['analytics'], deny: isPartial ? [] : ['targeting'] },
      }),
    onUnknown: () => world.forget(caller, path, { id: 0, customerId: id }),
  };
}

/** The consent that the customer has given already. */
function sameConsent(
  held: OwnedRecord,
  path: string,
  world: SimulationState,
  caller: SimulatedCaller,
): WriteItem {
  const [allow, deny] = [held.fields.allow, held.fields.deny].map((categories) =>
    (categories as readonly string[]).map((category) => category.toUpperCase()),
  );
  return {
    input: { customerEntityId: held.customerId, allow, deny },
    ledgerTrace: `consent ${held.customerId} updated`,
    expectedFields: { allow, deny },
    expectation: 'same',
    probe: null,
    onDone: () => world.expectRecord(caller, path, held),
    onUnknown: () => world.forget(caller, path, held),
  };
}

const updateCustomerSettings: MutationGenerator = {
  ...MUTATIONS.updateCustomerSettings,
  selection: 'settings { privacy { policyUrl } }',
  weight: 1,
  // There is only one record, so only one caller writes to it.
  generate(world, caller) {
    if (caller.index !== 0) return null;
    const policyUrl = `https://chaos.example/${world.uniqueWord()}`;
    return settingsItem({ privacy: { policyUrl } }, policyUrl, {
      onDone: () => world.expectRecord(caller, '/customers/settings', expectedSettings(policyUrl)),
      onUnknown: () => world.forget(caller, '/customers/settings', expectedSettings(policyUrl)),
    });
  },
};

const CHANNEL = 1;

const updateChannelCustomerSettings: MutationGenerator = {
  ...MUTATIONS.updateChannelCustomerSettings,
  selection: 'settings { privacy { policyUrl } }',
  weight: 1,
  generate(world, caller) {
    if (caller.index !== 1) return null;
    const path = `/customers/settings/channels/${CHANNEL}`;
    const policyUrl = `https://chaos.example/${world.uniqueWord()}`;
    return settingsItem({ channelId: CHANNEL, privacy: { policyUrl } }, policyUrl, {
      onDone: () => world.expectRecord(caller, path, expectedSettings(policyUrl)),
      onUnknown: () => world.forget(caller, path, expectedSettings(policyUrl)),
    });
  },
};

function settingsItem(input: object, policyUrl: string, callbacks: ItemCallbacks): WriteItem {
  return {
    input,
    // The ledger records that settings changed, not the values.
    ledgerTrace: null,
    expectedFields: { privacy: { policyUrl } },
    expectation: 'possible',
    probe: null,
    ...callbacks,
  };
}

function expectedSettings(policyUrl: string) {
  return { id: 0, customerId: null, fields: { privacy_settings: { policy_url: policyUrl } } };
}

export const otherMutations: readonly MutationGenerator[] = [
  upsertFormFieldValues,
  updateCustomerConsent,
  updateCustomerSettings,
  updateChannelCustomerSettings,
];
