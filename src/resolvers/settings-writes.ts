import type { Context } from '../context.ts';
import {
  type ChannelCustomerSettings,
  type CustomerGroupSettings,
  type CustomerSettings,
  type PrivacySettings,
  readChannelSettings,
  readSettings,
} from '../rest/settings.ts';
import type {
  ChannelSettingsUpdate,
  CustomerGroupsUpdate,
  PrivacyUpdate,
  SettingsUpdate,
} from '../rest/settings-writes.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { id, noNulls, text, within } from './checks.ts';
import { holds, recordIn } from './write-answers.ts';
import type { Problem, WriteError, WriteOutcome } from './write-results.ts';
import { type Found, runWrite } from './writes.ts';

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
    ctx.writes,
    {
      rule: WRITE_RULES.updateSettings,
      outcome: 'UPDATED',
      check: (item) => [
        ...checkSettings(item),
        ...noNulls(item, NOTHING),
        ...within('privacy', item.privacy, (privacy) => noNulls(privacy, NOTHING)),
        ...within('customerGroups', item.customerGroups, (groups) => noNulls(groups, NOTHING)),
      ],
      send: ([item]) => ctx.rest.settingsWrites.updateStore(item ?? {}),
      recordsIn: (body) => recordIn(body, (wire) => readSettings(wire, ctx.rest.onIrregular)),
      isRecordOf: () => true,
      async readBack(items) {
        const record = await ctx.rest.settings.ofStore();
        return new Map(items.map((item) => [item, foundOf(record, isHeld(record, item))]));
      },
    },
    settings,
  );
  ctx.loaders.forget();
  return { ...payload, settings: record };
}

/** Updates the settings that a channel overrides. Null removes the channel's override. */
export async function updateChannelSettings(
  ctx: MutationContext,
  settings: ChannelSettingsUpdate,
): Promise<SettingsPayload<ChannelCustomerSettings>> {
  const { channelId } = settings;
  const { record, ...payload } = await runWrite<ChannelSettingsUpdate, ChannelCustomerSettings>(
    ctx.writes,
    {
      rule: WRITE_RULES.updateChannelSettings,
      outcome: 'UPDATED',
      check: (item) => [
        ...id('channelId', item.channelId),
        ...checkSettings(item),
        ...noNulls({ allowGlobalLogins: item.allowGlobalLogins }, NOTHING),
      ],
      send: ([item]) => ctx.rest.settingsWrites.updateChannel(item ?? settings),
      recordsIn: (body) =>
        recordIn(body, (wire) => readChannelSettings(wire, channelId, ctx.rest.onIrregular)),
      isRecordOf: () => true,
      async readBack(items) {
        const record = await ctx.rest.settings.ofChannel(channelId);
        return new Map(
          items.map((item): [ChannelSettingsUpdate, Found<ChannelCustomerSettings>] => {
            if (record === null) return [item, { state: 'gone' }];
            const isWritten =
              isHeld(record, item) && isEqual(record.allowGlobalLogins, item.allowGlobalLogins);
            return [item, foundOf(record, isWritten)];
          }),
        );
      },
    },
    withInheritedGroups(settings),
  );
  ctx.loaders.forget();
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
const INHERITED_GROUPS: CustomerGroupSettings = { guestCustomerGroupId: null, defaultCustomerGroupId: null };
const NOTHING: ReadonlySet<string> = new Set();

function checkSettings(settings: SettingsUpdate | ChannelSettingsUpdate): Problem[] {
  const { privacy, customerGroups } = settings;
  const allowGlobalLogins = 'allowGlobalLogins' in settings ? settings.allowGlobalLogins : undefined;
  const values = [allowGlobalLogins, ...valuesOf(privacy), ...valuesOf(customerGroups)];
  const isEmpty = values.every((value) => value === undefined);
  return [
    ...(isEmpty
      ? [{ code: 'INVALID', message: 'At least one setting is required.', field: null } as const]
      : []),
    ...within('privacy', privacy, ({ policyUrl }) => text('policyUrl', policyUrl, 0)),
    ...within('customerGroups', customerGroups, ({ guestCustomerGroupId, defaultCustomerGroupId }) => [
      ...id('guestCustomerGroupId', guestCustomerGroupId, 0),
      ...id('defaultCustomerGroupId', defaultCustomerGroupId, 0),
    ]),
  ];
}

// Null for a group counts as a value: it removes the overrides of the whole group.
function valuesOf(group: object | null | undefined): readonly unknown[] {
  return group === null ? [null] : Object.values(group ?? {});
}

function foundOf<S>(record: S, isWritten: boolean): Found<S> {
  return isWritten ? { state: 'written', record } : { state: 'absent' };
}

function isHeld(
  { privacy, customerGroups }: CustomerSettings | ChannelCustomerSettings,
  sent: SettingsUpdate,
): boolean {
  return holdsPrivacy(privacy, sent.privacy ?? {}) && holdsGroups(customerGroups, sent.customerGroups ?? {});
}

function holdsPrivacy(held: PrivacySettings | null, sent: PrivacyUpdate): boolean {
  return (
    isEqual(held?.askShopperForTrackingConsent, sent.askShopperForTrackingConsent) &&
    isEqual(held?.askShopperForTrackingConsentOnCheckout, sent.askShopperForTrackingConsentOnCheckout) &&
    holds(held?.policyUrl ?? null, sent.policyUrl)
  );
}

// The store accepts 0 for no group, and returns null.
function holdsGroups(held: CustomerGroupSettings | null, sent: CustomerGroupsUpdate): boolean {
  return (
    isEqual(held?.guestCustomerGroupId, groupOf(sent.guestCustomerGroupId)) &&
    isEqual(held?.defaultCustomerGroupId, groupOf(sent.defaultCustomerGroupId))
  );
}

function groupOf(id: number | null | undefined): number | null | undefined {
  return id === 0 ? null : id;
}

function isEqual<T>(held: T | null | undefined, sent: T | null | undefined): boolean {
  return sent === undefined || (held ?? null) === sent;
}
