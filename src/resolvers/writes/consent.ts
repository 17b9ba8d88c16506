import type { Context } from '../../context.ts';
import { OPERATIONS } from '../../rest/operations.ts';
import type { CustomerConsent } from '../../rest/records/consent.ts';
import { type ConsentChange, mergeConsent, type RawConsent } from '../../rest/writes/consent.ts';
import { checkId, checkNoNulls } from '../inputs/validation.ts';
import { foreignRecordErrors } from '../shopper.ts';
import { readingOf } from './answers.ts';
import { MATCH_SINGLE } from './match.ts';
import { failed, type ItemError, type ItemResult, type WritePayload } from './results.ts';
import { runWrites } from './run.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

/** The consent of a customer. A list that is absent stays unchanged. */
export interface ConsentUpdate extends ConsentChange {
  readonly customerEntityId: number;
}

export interface ConsentOptions {
  /** Whether to read the consent of each customer, and to write it only if it differs. @default false */
  readonly comparesFirst?: boolean;
}

/** Sets consent, one call per customer. The store requires both lists, so an absent one is read first. */
export async function updateConsent(
  ctx: MutationContext,
  customers: readonly ConsentUpdate[],
  { comparesFirst = false }: ConsentOptions = {},
): Promise<WritePayload<CustomerConsent>> {
  const stored = new Map<ConsentUpdate, RawConsent>();

  const mergedLists = (item: ConsentUpdate) => mergeConsent(stored.get(item), item);

  async function precheck([item]: readonly ConsentUpdate[]) {
    const known = new Map<ConsentUpdate, ItemResult<CustomerConsent>>();
    if (item === undefined || (item.allow && item.deny && !comparesFirst)) return known;
    const lists = await ctx.rest.consentWrites.readRaw(item.customerEntityId);
    if (lists === null) return known.set(item, failed(NOT_FOUND));
    stored.set(item, lists);
    const { allow, deny } = mergedLists(item);
    if (allow.some((category) => deny.includes(category)))
      return known.set(item, failed(inBothLists(item.allow ? 'allow' : 'deny')));
    const isEqual = isSameSet(lists.allow, allow) && isSameSet(lists.deny, deny);
    return comparesFirst && isEqual ? known.set(item, UNCHANGED) : known;
  }

  return runWrites<ConsentUpdate, CustomerConsent>(
    ctx,
    {
      list: 'customers',
      operation: OPERATIONS.updateCustomerConsent,
      kind: 'update',
      entity: 'consent',
      check: (item) => [
        ...foreignRecordErrors(ctx, 'customerEntityId', item.customerEntityId),
        ...checkConsent(item),
      ],
      keysOf: ({ customerEntityId }) => [`consent ${customerEntityId}`],
      precheck,
      send: ([item]) =>
        ctx.rest.consentWrites.update(item?.customerEntityId ?? 0, mergedLists(item as ConsentUpdate)),
      // Each call contains one item, so the response belongs to it.
      match: MATCH_SINGLE,
      async readBack([item], { rest }) {
        if (item === undefined) return new Map();
        const record = await rest.consent.ofCustomer(item.customerEntityId);
        return new Map([[item, readingOf(record, (consent) => hasLists(consent, item))]]);
      },
      // The store dates consent by the read, not by the last change.
      versionOf: ({ allow, deny }) => JSON.stringify([allow.toSorted(), deny.toSorted()]),
    },
    customers,
  );
}

function hasLists(record: CustomerConsent, { allow, deny }: ConsentUpdate): boolean {
  return (!allow || isSameSet(record.allow, allow)) && (!deny || isSameSet(record.deny, deny));
}

const UNCHANGED: ItemResult<never> = { outcome: 'UNCHANGED', errors: [], record: null };

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return new Set(one).symmetricDifference(new Set(other)).size === 0;
}

/** Validates the consent of a customer. */
export function checkConsent(item: ConsentUpdate): ItemError[] {
  const { customerEntityId, allow, deny } = item;
  const isEmpty = allow === undefined && deny === undefined;
  return [
    ...checkId('customerEntityId', customerEntityId),
    ...checkNoNulls(item, new Set()),
    ...(isEmpty ? [LIST_REQUIRED] : []),
    ...(allow?.some((category) => deny?.includes(category)) ? [inBothLists('deny')] : []),
  ];
}

const NOT_FOUND: ItemError = { code: 'NOT_FOUND', message: 'The store has no such customer.', field: null };
const LIST_REQUIRED: ItemError = { code: 'REQUIRED', message: 'allow or deny is required.', field: null };

function inBothLists(field: 'allow' | 'deny'): ItemError {
  const message = 'A category cannot be in both allow and deny; send both lists to move one.';
  return { code: 'INVALID', message, field };
}
