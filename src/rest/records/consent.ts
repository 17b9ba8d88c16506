import { valueOrThrow } from '../../errors.ts';
import { type OnUnexpectedField, readDateTime, readEnum, readList, unwrapEnvelope } from '../wire/decode.ts';

export type ConsentCategory = 'ESSENTIAL' | 'FUNCTIONAL' | 'ANALYTICS' | 'TARGETING';

/** The kinds of tracking that a customer allows and denies. */
export interface CustomerConsent {
  readonly nodeType: 'CustomerConsent';
  readonly customerEntityId: number;
  readonly allow: readonly ConsentCategory[];
  readonly deny: readonly ConsentCategory[];
  /** In a read, the time of the call: the store does not report the last change. */
  readonly updatedAt: Date | null;
}

const CATEGORIES = {
  essential: 'ESSENTIAL',
  functional: 'FUNCTIONAL',
  analytics: 'ANALYTICS',
  targeting: 'TARGETING',
} as const;

/** Decodes the consent of a customer. The store does not repeat whose it is. */
export function readConsent(
  body: unknown,
  customerEntityId: number,
  onUnexpectedField: OnUnexpectedField,
): CustomerConsent {
  const wire = unwrapEnvelope(body);
  return {
    nodeType: 'CustomerConsent',
    customerEntityId,
    allow: readCategories(wire.allow, 'consent.allow', onUnexpectedField),
    deny: readCategories(wire.deny, 'consent.deny', onUnexpectedField),
    updatedAt: readDateTime(wire.updated_at, 'consent.updated_at', onUnexpectedField),
  };
}

function readCategories(
  value: unknown,
  field: string,
  onUnexpectedField: OnUnexpectedField,
): readonly ConsentCategory[] {
  const names = valueOrThrow(
    readList(value, (item) => (typeof item === 'string' ? item : null), field, onUnexpectedField),
  );
  if (names === null) onUnexpectedField(field);
  // A category that the gateway does not know is left out.
  return (names ?? []).flatMap((name) => readEnum(name, CATEGORIES, field, onUnexpectedField) ?? []);
}
