import { GatewayError } from '../../errors.ts';
import type { Customer } from '../../rest/records/customers.ts';
import type { CustomerFields } from '../../rest/writes/customers.ts';
import { textIsStored, valueMatches } from '../writes/answers.ts';
import { sameEmail, sameList } from '../writes/customers.ts';
import { creditMatches } from '../writes/store-credit.ts';
import type { CustomerUpsert } from './draft.ts';

/**
 * The fields of an item in which the store's customer differs from it. What is for new customers alone is left out. A field
 * that could not be read counts as different.
 */
export function changesTo(record: Customer, item: CustomerUpsert): CustomerFields {
  const { authentication, storeCredit, customerGroupId, channelIds, email } = item;
  const { forcePasswordReset } = authentication ?? {};
  const consents = item.acceptsProductReviewAbandonedCartEmails;
  const changed = <T>(held: T | GatewayError, sent: unknown, isSame: (held: T) => boolean) =>
    sent !== undefined && (held instanceof GatewayError || !isSame(held));
  return {
    ...(typeof email === 'string' && !sameEmail(record.email, email) && { email }),
    ...changedTexts(record, item),
    ...(changed(
      record.customerGroupId,
      customerGroupId,
      (held) => (held ?? 0) === (customerGroupId ?? 0),
    ) && {
      customerGroupId,
    }),
    ...(!valueMatches(record.acceptsProductReviewAbandonedCartEmails, consents) && {
      acceptsProductReviewAbandonedCartEmails: consents,
    }),
    ...(!valueMatches(record.forcePasswordReset, forcePasswordReset) && {
      authentication: { forcePasswordReset },
    }),
    ...(changed(record.channelIds, channelIds, (held) => sameList(held, channelIds ?? null)) && {
      channelIds,
    }),
    ...(changed(record.storeCredit, storeCredit, (held) => creditMatches(held, storeCredit)) && {
      storeCredit,
    }),
  };
}

const TEXT_FIELDS = ['firstName', 'lastName', 'company', 'phone', 'notes', 'taxExemptCategory'] as const;

function changedTexts(
  record: Customer,
  item: CustomerUpsert,
): Pick<CustomerFields, (typeof TEXT_FIELDS)[number]> {
  const changed = TEXT_FIELDS.filter((field) => !textIsStored(record[field], item[field]));
  return Object.fromEntries(changed.map((field) => [field, item[field]]));
}
