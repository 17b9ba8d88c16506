import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';

type Shop = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let shop: Shop;
beforeAll(async () => {
  shop = await startGatewayOnSandbox({ customers: 3 }, { lateWriteMs: 50 });
});
beforeEach(() => shop.sandbox.reset());
afterAll(() => shop.close());

const SETTINGS =
  'overrides privacy { askShopperForTrackingConsent policyUrl } customerGroups { guestCustomerGroupId defaultCustomerGroupId }';

async function update(input: object) {
  const { data, errors } = await shop.executeText(
    `mutation ($input: UpdateChannelCustomerSettingsInput!) {
      updateChannelCustomerSettings(input: $input) { outcome errors { code path } settings { ${SETTINGS} } }
    }`,
    { input: { channelId: 2, ...input } },
  );
  expect(errors).toEqual([]);
  return data.updateChannelCustomerSettings;
}

async function overrides(): Promise<readonly string[]> {
  const { data, errors } = await shop.executeText('{ channelCustomerSettings(channelId: 2) { overrides } }');
  expect(errors).toEqual([]);
  return data.channelCustomerSettings.overrides;
}

const INHERIT = { privacy: null, customerGroups: null };

test.each([
  ['ASK_SHOPPER_FOR_TRACKING_CONSENT', { privacy: { askShopperForTrackingConsent: false } }],
  [
    'ASK_SHOPPER_FOR_TRACKING_CONSENT_ON_CHECKOUT',
    { privacy: { askShopperForTrackingConsentOnCheckout: true } },
  ],
  ['POLICY_URL', { privacy: { policyUrl: '' } }],
  ['POLICY_URL', { privacy: { policyUrl: 'https://example.org/privacy' } }],
  ['GUEST_CUSTOMER_GROUP_ID', { customerGroups: { guestCustomerGroupId: 0 } }],
  ['DEFAULT_CUSTOMER_GROUP_ID', { customerGroups: { defaultCustomerGroupId: 0 } }],
  ['DEFAULT_CUSTOMER_GROUP_ID', { customerGroups: { defaultCustomerGroupId: 1 } }],
])('lists %s as the only override after a write of %j', async (setting, input) => {
  expect(await update(INHERIT)).toMatchObject({ outcome: 'UPDATED', settings: { overrides: [] } });
  expect(await update(input)).toMatchObject({ outcome: 'UPDATED', settings: { overrides: [setting] } });
  expect(await overrides()).toEqual([setting]);
});

test('a setting that reads as null is inherited or overridden', async () => {
  await update(INHERIT);
  const inherited = await update({ customerGroups: { guestCustomerGroupId: null } });
  const overridden = await update({ customerGroups: { guestCustomerGroupId: 0 } });
  expect([inherited, overridden].map(({ settings }) => settings.customerGroups.guestCustomerGroupId)).toEqual(
    [null, null],
  );
  expect([inherited, overridden].map(({ settings }) => settings.overrides)).toEqual([
    [],
    ['GUEST_CUSTOMER_GROUP_ID'],
  ]);
});

test.each([
  ['an override with 0', { customerGroups: { guestCustomerGroupId: 0 } }, INHERIT],
  ['an override with ""', { privacy: { policyUrl: '' } }, INHERIT],
  ['a removed override', INHERIT, { customerGroups: { guestCustomerGroupId: 0 } }],
])('sends %s again if its first call was lost', async (_name, input, before) => {
  await update(before);
  shop.calls();
  shop.sandbox.faults.set([
    {
      operations: ['updateCustomersSettingsChannel'],
      maxCalls: 1,
      fault: { kind: 'cut', when: 'before-commit' },
    },
  ]);
  const { outcome, settings } = await update(input);
  expect(outcome).toBe('UPDATED');
  expect(await overrides()).toEqual(settings.overrides);
  expect(shop.sandbox.ledger.list().filter(({ kind }) => kind === 'settings')).toHaveLength(2);
});

test('sends null for allowGlobalLogins to the store, which rejects it here', async () => {
  expect(await update({ allowGlobalLogins: null })).toMatchObject({
    outcome: 'FAILED',
    errors: [{ path: ['allowGlobalLogins'] }],
  });
  expect(shop.calls()).toEqual(['PUT /customers/settings/channels/2']);
});
