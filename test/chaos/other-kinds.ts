import { MUTATIONS } from '../support/mutations.ts';
import { CUSTOMERS, type Item, type ItemCallbacks, type Kind, pickOne } from './world.ts';

const FORMS = '/customers/form-field-values';
const FIELD = 'Nickname';

const upsertFormFieldValues: Kind = {
  ...MUTATIONS.upsertFormFieldValues,
  selection: 'value { name ... on TextFormFieldValue { text } }',
  weight: 2,
  make(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    // Seeded customers may have a value already; customers that were created since have none.
    if (!owner || !('first_name' in owner.fields) || !world.isFirst(`form of ${owner.id}`)) return null;
    const { id } = owner;
    const text = world.word();
    return {
      input: { owner: { customerEntityId: id }, name: FIELD, value: { text } },
      trace: `form-field-value customer/${id}/${FIELD} created`,
      shows: { name: FIELD, text },
      nature: 'possible',
      probe: {
        query: `query ($id: Int!) {
          customer(by: { entityId: $id }) { formFields { ... on TextFormFieldValue { text } } }
        }`,
        variables: { id },
        isDone: ({ customer }) =>
          (customer?.formFields ?? []).some((field: { text?: string }) => field.text === text),
      },
      done: () => world.keep(caller, FORMS, { id, customerId: id, fields: { name: FIELD, value: text } }),
      doubted: () => world.doubt(caller, FORMS, { id, customerId: id }),
    };
  },
};

const updateCustomerConsent: Kind = {
  ...MUTATIONS.updateCustomerConsent,
  selection: 'consent { allow deny }',
  weight: 1,
  make(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner || !('first_name' in owner.fields) || !world.isFirst(`consent of ${owner.id}`)) return null;
    const { id } = owner;
    const path = `/customers/${id}/consent`;
    // The gateway reads the absent list and sends it unchanged. It is empty.
    const isPartial = caller.chance.happens(0.5);
    return {
      input: { customerEntityId: id, allow: ['ANALYTICS'], ...(!isPartial && { deny: ['TARGETING'] }) },
      trace: `consent ${id} created`,
      shows: { allow: ['ANALYTICS'], deny: isPartial ? [] : ['TARGETING'] },
      nature: 'possible',
      probe: {
        query: 'query ($id: Int!) { customer(by: { entityId: $id }) { consent { allow } } }',
        variables: { id },
        isDone: ({ customer }) => customer?.consent.allow.length === 1,
      },
      done: () =>
        world.keep(caller, path, {
          id: 0,
          customerId: id,
          fields: { allow: ['analytics'], deny: isPartial ? [] : ['targeting'] },
        }),
      doubted: () => world.doubt(caller, path, { id: 0, customerId: id }),
    };
  },
};

const updateCustomerSettings: Kind = {
  ...MUTATIONS.updateCustomerSettings,
  selection: 'settings { privacy { policyUrl } }',
  weight: 1,
  // There is only one record, so only one caller writes to it.
  make(world, caller) {
    if (caller.place !== 0) return null;
    const policyUrl = `https://chaos.example/${world.word()}`;
    return settingsItem({ privacy: { policyUrl } }, policyUrl, {
      done: () => world.keep(caller, '/customers/settings', expectedSettings(policyUrl)),
      doubted: () => world.doubt(caller, '/customers/settings', expectedSettings(policyUrl)),
    });
  },
};

const CHANNEL = 1;

const updateChannelCustomerSettings: Kind = {
  ...MUTATIONS.updateChannelCustomerSettings,
  selection: 'settings { privacy { policyUrl } }',
  weight: 1,
  make(world, caller) {
    if (caller.place !== 1) return null;
    const path = `/customers/settings/channels/${CHANNEL}`;
    const policyUrl = `https://chaos.example/${world.word()}`;
    return settingsItem({ channelId: CHANNEL, privacy: { policyUrl } }, policyUrl, {
      done: () => world.keep(caller, path, expectedSettings(policyUrl)),
      doubted: () => world.doubt(caller, path, expectedSettings(policyUrl)),
    });
  },
};

function settingsItem(input: object, policyUrl: string, callbacks: ItemCallbacks): Item {
  return {
    input,
    // The ledger records that settings changed, not the values.
    trace: null,
    shows: { privacy: { policyUrl } },
    nature: 'possible',
    probe: null,
    ...callbacks,
  };
}

function expectedSettings(policyUrl: string) {
  return { id: 0, customerId: null, fields: { privacy_settings: { policy_url: policyUrl } } };
}

export const otherKinds: readonly Kind[] = [
  upsertFormFieldValues,
  updateCustomerConsent,
  updateCustomerSettings,
  updateChannelCustomerSettings,
];
