import { CUSTOMERS, type Item, type Kind, pickOne } from './world.ts';

const FORMS = '/customers/form-field-values';
const FIELD = 'Nickname';

const upsertFormFieldValues: Kind = {
  mutation: 'upsertFormFieldValues',
  list: 'values',
  selection: 'value { name ... on TextFormFieldValue { text } }',
  record: 'value',
  outcome: 'UPDATED',
  weight: 2,
  make(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    // Whom the seed made may have a value already; whoever was made since has none.
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
  mutation: 'updateCustomerConsent',
  list: 'customers',
  selection: 'consent { allow deny }',
  record: 'consent',
  outcome: 'UPDATED',
  weight: 1,
  make(world, caller) {
    const owner = pickOne(caller, CUSTOMERS);
    if (!owner || !('first_name' in owner.fields) || !world.isFirst(`consent of ${owner.id}`)) return null;
    const { id } = owner;
    const path = `/customers/${id}/consent`;
    // The other list is read and sent as it is, which is empty.
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
  mutation: 'updateCustomerSettings',
  list: null,
  selection: 'settings { privacy { policyUrl } }',
  record: 'settings',
  outcome: 'UPDATED',
  weight: 1,
  // There is one of them: one caller writes to it, and none of the others.
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
  mutation: 'updateChannelCustomerSettings',
  list: null,
  selection: 'settings { privacy { policyUrl } }',
  record: 'settings',
  outcome: 'UPDATED',
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

function settingsItem(input: object, policyUrl: string, notes: Pick<Item, 'done' | 'doubted'>): Item {
  return {
    input,
    // The ledger tells that settings were changed, not to what.
    trace: null,
    shows: { privacy: { policyUrl } },
    nature: 'possible',
    probe: null,
    ...notes,
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
