import type { Context } from '../context.ts';
import { type ConsentCategory, type CustomerConsent, readConsent } from '../rest/consent.ts';
import { categoriesToWire, type StoredConsent } from '../rest/consent-writes.ts';
import { WRITE_RULES } from '../rest/write-rules.ts';
import { id, noNulls } from './checks.ts';
import { ofOthers } from './own.ts';
import { recordIn } from './write-answers.ts';
import { failed, type Problem, type Verdict, type WritePayload } from './write-results.ts';
import { type Found, runWrites } from './writes.ts';

type MutationContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller'>;

/** The consent of a customer. A list that is absent stays unchanged. */
export interface ConsentUpdate {
  readonly customerEntityId: number;
  readonly allow?: readonly ConsentCategory[] | null | undefined;
  readonly deny?: readonly ConsentCategory[] | null | undefined;
}

/** Sets consent, one call per customer. The store requires both lists, so an absent one is read first. */
export async function updateConsent(
  ctx: MutationContext,
  customers: readonly ConsentUpdate[],
): Promise<WritePayload<CustomerConsent>> {
  const stored = new Map<ConsentUpdate, StoredConsent>();

  /** Both lists to send. */
  function listsOf(item: ConsentUpdate): StoredConsent {
    const { allow = [], deny = [] } = stored.get(item) ?? {};
    return {
      allow: item.allow ? categoriesToWire(item.allow) : allow,
      deny: item.deny ? categoriesToWire(item.deny) : deny,
    };
  }

  async function learn([item]: readonly ConsentUpdate[]) {
    const known = new Map<ConsentUpdate, Verdict<CustomerConsent>>();
    if (item === undefined || (item.allow && item.deny)) return known;
    const lists = await ctx.rest.consentWrites.stored(item.customerEntityId);
    if (lists === null) return known.set(item, failed(NOT_FOUND));
    stored.set(item, lists);
    const { allow, deny } = listsOf(item);
    return allow.some((category) => deny.includes(category))
      ? known.set(item, failed(inBoth(item.allow ? 'allow' : 'deny')))
      : known;
  }

  const payload = await runWrites<ConsentUpdate, CustomerConsent>(
    ctx.writes,
    {
      list: 'customers',
      rule: WRITE_RULES.updateConsent,
      outcome: 'UPDATED',
      check: (item) => [...ofOthers(ctx, 'customerEntityId', item.customerEntityId), ...checkUpdate(item)],
      keyOf: ({ customerEntityId }) => String(customerEntityId),
      learn,
      send: ([item]) =>
        ctx.rest.consentWrites.update(item?.customerEntityId ?? 0, listsOf(item as ConsentUpdate)),
      recordsIn: (body) => recordIn(body, (wire) => readConsent(wire, ctx.rest.onIrregular)),
      // Each call contains one item, so the response belongs to it.
      isRecordOf: () => true,
      async readBack([item]) {
        if (item === undefined) return new Map();
        const record = await ctx.rest.consent.ofCustomer(item.customerEntityId);
        return new Map([[item, foundOf(record, item)]]);
      },
    },
    customers,
  );
  ctx.loaders.forget();
  return payload;
}

function foundOf(record: CustomerConsent | null, { allow, deny }: ConsentUpdate): Found<CustomerConsent> {
  if (record === null) return { state: 'gone' };
  const isWritten = (!allow || isSameSet(record.allow, allow)) && (!deny || isSameSet(record.deny, deny));
  return isWritten ? { state: 'written', record } : { state: 'absent' };
}

function isSameSet(one: readonly ConsentCategory[], other: readonly ConsentCategory[]): boolean {
  return new Set(one).symmetricDifference(new Set(other)).size === 0;
}

function checkUpdate(item: ConsentUpdate): Problem[] {
  const { customerEntityId, allow, deny } = item;
  const isEmpty = allow === undefined && deny === undefined;
  return [
    ...id('customerEntityId', customerEntityId),
    ...noNulls(item, new Set()),
    ...(isEmpty ? [NEITHER] : []),
    ...(allow?.some((category) => deny?.includes(category)) ? [inBoth('deny')] : []),
  ];
}

const NOT_FOUND: Problem = { code: 'NOT_FOUND', message: 'The store has no such customer.', field: null };
const NEITHER: Problem = { code: 'REQUIRED', message: 'allow or deny is required.', field: null };

function inBoth(field: 'allow' | 'deny'): Problem {
  const message = 'A category cannot be in both allow and deny; send both lists to move one.';
  return { code: 'INVALID', message, field };
}
