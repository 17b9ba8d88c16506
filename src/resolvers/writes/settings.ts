import type { Context } from '../../context.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type {
  ChannelCustomerSetting,
  ChannelCustomerSettings,
  CustomerGroupSettings,
  CustomerSettings,
  PrivacySettings,
} from '../../rest/records/settings.ts';
import type {
  ChannelSettingsUpdate,
  CustomerGroupsUpdate,
  PrivacyUpdate,
  SettingsUpdate,
} from '../../rest/writes/settings.ts';
import { checkId, checkNested, checkNoNulls, checkText } from '../inputs/validation.ts';
import { readingOf, textMatches } from './answers.ts';
import { MATCH_SINGLE } from './match.ts';
import type { WriteOutcome } from './outcome.ts';
import type { ItemError, WriteError } from './results.ts';
import { runWrite } from './run.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders'>;

/** The result of a settings update. */
export interface SettingsPayload<S> {
  readonly outcome: WriteOutcome;
  readonly errors: readonly WriteError[];
  /** Null if they are not known. */
  readonly settings: S | null;
}

/** Updates the store's settings. None of them can be cleared. */
export async function updateSettings(
  ctx: MutationContext,
  settings: SettingsUpdate,
): Promise<SettingsPayload<CustomerSettings>> {
  const { record, ...payload } = await runWrite<SettingsUpdate, CustomerSettings>(
    ctx,
    {
      operation: OPERATIONS.updateCustomersSettings,
      kind: 'update',
      entity: 'settings',
      keysOf: () => ['settings'],
      check: (item) => [
        ...checkSettings(item),
        ...checkNoNulls(item, NONE_CLEARABLE),
        ...checkNested('privacy', item.privacy, (privacy) => checkNoNulls(privacy, NONE_CLEARABLE)),
        ...checkNested('customerGroups', item.customerGroups, (groups) =>
          checkNoNulls(groups, NONE_CLEARABLE),
        ),
      ],
      send: ([item]) => ctx.rest.settingsWrites.updateStore(item ?? {}),
      match: MATCH_SINGLE,
      async readBack(items, { rest }) {
        const record = await rest.settings.ofStore();
        return new Map(items.map((item) => [item, readingOf(record, () => hasValues(record, item))]));
      },
    },
    settings,
  );
  return { ...payload, settings: record };
}

/** Updates the settings that a channel overrides. Null removes the channel's override. */
export async function updateChannelSettings(
  ctx: MutationContext,
  settings: ChannelSettingsUpdate,
): Promise<SettingsPayload<ChannelCustomerSettings>> {
  const { channelId } = settings;
  const { record, ...payload } = await runWrite<ChannelSettingsUpdate, ChannelCustomerSettings>(
    ctx,
    {
      operation: OPERATIONS.updateCustomersSettingsChannel,
      kind: 'update',
      entity: 'settings',
      keysOf: () => [`settings of channel ${channelId}`],
      check: (item) => [...checkId('channelId', item.channelId), ...checkSettings(item)],
      send: ([item]) => ctx.rest.settingsWrites.updateChannel(item ?? settings),
      match: MATCH_SINGLE,
      async readBack(items, { rest }) {
        const record = await rest.settings.ofChannel(channelId);
        return new Map(
          items.map((item) => [
            item,
            readingOf(
              record,
              (held) =>
                hasValues(held, item) &&
                hasOverrides(held, item) &&
                isEqual(held.allowGlobalLogins, item.allowGlobalLogins),
            ),
          ]),
        );
      },
    },
    withInheritedGroups(settings),
  );
  return { ...payload, settings: record };
}

// The store accepts null for a single setting, but not for a group of settings.
function withInheritedGroups(settings: ChannelSettingsUpdate): ChannelSettingsUpdate {
  return {
    ...settings,
    ...(settings.privacy === null && { privacy: INHERITED_PRIVACY }),
    ...(settings.customerGroups === null && { customerGroups: INHERITED_GROUPS }),
  };
}

const INHERITED_PRIVACY: PrivacySettings = {
  askShopperForTrackingConsent: null,
  askShopperForTrackingConsentOnCheckout: null,
  policyUrl: null,
};
const INHERITED_GROUPS: CustomerGroupsUpdate = { guestCustomerGroupId: null, defaultCustomerGroupId: null };
const NONE_CLEARABLE: ReadonlySet<string> = new Set();

function checkSettings(settings: SettingsUpdate | ChannelSettingsUpdate): ItemError[] {
  const { privacy, customerGroups } = settings;
  const allowGlobalLogins = 'allowGlobalLogins' in settings ? settings.allowGlobalLogins : undefined;
  const values = [allowGlobalLogins, ...valuesOf(privacy), ...valuesOf(customerGroups)];
  const isEmpty = values.every((value) => value === undefined);
  return [
    ...(isEmpty
      ? [{ code: 'INVALID', message: 'At least one setting is required.', field: null } as const]
      : []),
    ...checkNested('privacy', privacy, ({ policyUrl }) => checkText('policyUrl', policyUrl, 0)),
    ...checkNested('customerGroups', customerGroups, ({ guestCustomerGroupId, defaultCustomerGroupId }) => [
      ...checkId('guestCustomerGroupId', guestCustomerGroupId, 0),
      ...checkId('defaultCustomerGroupId', defaultCustomerGroupId, 0),
    ]),
  ];
}

// Null for a group counts as a value: it removes the overrides of the whole group.
function valuesOf(group: object | null | undefined): readonly unknown[] {
  return group === null ? [null] : Object.values(group ?? {});
}

function hasValues(
  { privacy, customerGroups }: CustomerSettings | ChannelCustomerSettings,
  sent: SettingsUpdate,
): boolean {
  return (
    privacyMatches(privacy, sent.privacy ?? {}) && groupsMatch(customerGroups, sent.customerGroups ?? {})
  );
}

// A setting that reads as null can be inherited, or overridden with 0 or "".
function hasOverrides(
  { overrides }: ChannelCustomerSettings,
  { privacy, customerGroups }: SettingsUpdate,
): boolean {
  const sent: Readonly<Record<ChannelCustomerSetting, unknown>> = {
    ASK_SHOPPER_FOR_TRACKING_CONSENT: privacy?.askShopperForTrackingConsent,
    ASK_SHOPPER_FOR_TRACKING_CONSENT_ON_CHECKOUT: privacy?.askShopperForTrackingConsentOnCheckout,
    POLICY_URL: privacy?.policyUrl,
    GUEST_CUSTOMER_GROUP_ID: customerGroups?.guestCustomerGroupId,
    DEFAULT_CUSTOMER_GROUP_ID: customerGroups?.defaultCustomerGroupId,
  };
  return Object.entries(sent).every(
    ([setting, value]) =>
      value === undefined || overrides.includes(setting as ChannelCustomerSetting) === (value !== null),
  );
}

function privacyMatches(held: PrivacySettings | null, sent: PrivacyUpdate): boolean {
  return (
    isEqual(held?.askShopperForTrackingConsent, sent.askShopperForTrackingConsent) &&
    isEqual(held?.askShopperForTrackingConsentOnCheckout, sent.askShopperForTrackingConsentOnCheckout) &&
    textMatches(held?.policyUrl ?? null, sent.policyUrl)
  );
}

// The store accepts 0 for no group, and returns null.
function groupsMatch(held: CustomerGroupSettings | null, sent: CustomerGroupsUpdate): boolean {
  return (
    isEqual(held?.guestCustomerGroupId, normalizeGroupId(sent.guestCustomerGroupId)) &&
    isEqual(held?.defaultCustomerGroupId, normalizeGroupId(sent.defaultCustomerGroupId))
  );
}

function normalizeGroupId(id: number | null | undefined): number | null | undefined {
  return id === 0 ? null : id;
}

function isEqual<T>(held: T | null | undefined, sent: T | null | undefined): boolean {
  return sent === undefined || (held ?? null) === sent;
}
