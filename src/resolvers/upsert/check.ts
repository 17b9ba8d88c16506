import { checkEmail, checkFormField, checkId, checkNoNulls } from '../inputs/validation.ts';
import { checkAddress } from '../writes/addresses.ts';
import { checkConsent } from '../writes/consent.ts';
import { CLEARABLE, checkAttribute, checkFields, isSearchable } from '../writes/customers.ts';
import { checkMetafield } from '../writes/metafields.ts';
import { normalizeEmail, normalizeText } from '../writes/normalize.ts';
import type { ItemError } from '../writes/results.ts';
import {
  type CustomerUpsert,
  type Draft,
  isKind,
  type MatchBy,
  type Part,
  type SettleContext,
  settledAs,
} from './draft.ts';
import { createAddressBook } from './same-address.ts';

/**
 * Settles each item and each part that is invalid. An invalid part leaves the item and its other parts as they are, and an
 * invalid item the parts of a customer that the store has.
 * @returns the items whose customers can be looked up
 */
export function checkDrafts(
  ctx: SettleContext,
  drafts: readonly Draft[],
  matchBy: MatchBy,
): readonly Draft[] {
  const byKey = new Map<string, Draft>();
  return drafts.filter((draft) => {
    const keyErrors = checkKey(draft.item, matchBy);
    const first = keyErrors.length > 0 ? undefined : firstWithKey(byKey, draft, matchBy);
    if (first !== undefined) keyErrors.push(duplicateError(first.index));
    const errors = [...keyErrors, ...checkItem(draft.item, KEY_FIELDS[matchBy])];
    if (errors.length > 0) draft.settled = settledAs(ctx, 'FAILED', ...errors);
    checkParts(ctx, draft);
    return keyErrors.length === 0;
  });
}

const KEY_FIELDS = { EMAIL: 'email', ENTITY_ID: 'entityId' } as const satisfies Record<MatchBy, string>;

/** The error of an item that means the customer of an earlier one. */
export function duplicateError(index: number): ItemError {
  return {
    code: 'INVALID',
    message: `The item at index ${index} refers to the same customer; only that item was sent.`,
    field: null,
  };
}

/** The first draft with the same key, as which this one is noted if there is none. */
function firstWithKey(byKey: Map<string, Draft>, draft: Draft, matchBy: MatchBy): Draft | undefined {
  const keys = keysOf(draft.item, matchBy);
  const first = keys.map((key) => byKey.get(key)).find((other) => other !== undefined);
  if (first === undefined) for (const key of keys) byKey.set(key, draft);
  return first;
}

/** Identify the customer of an item. Accounts of one e-mail address on different channels are different customers. */
export function keysOf(
  { entityId, email, channelIds }: Pick<CustomerUpsert, 'entityId' | 'email' | 'channelIds'>,
  matchBy: MatchBy,
): readonly string[] {
  if (matchBy === 'ENTITY_ID') return [String(entityId)];
  return (channelIds ?? ['every']).map((channel) => `${normalizeEmail(email ?? '')} on channel ${channel}`);
}

/** @param keyField the field that is checked as the key */
function checkItem(item: CustomerUpsert, keyField: string): ItemError[] {
  const {
    addresses,
    replaceAddresses,
    attributes: _attributes,
    formFields: _formFields,
    consent: _consent,
    metafields: _metafields,
    originChannelId,
    triggerAccountCreatedNotification: _notification,
    entityId: _id,
    ...fields
  } = item;
  const errors = [
    ...checkNoNulls(fields, CLEARABLE),
    ...checkFields(fields),
    ...checkId('originChannelId', originChannelId),
    ...(replaceAddresses && !addresses ? [ADDRESSES_REQUIRED] : []),
  ];
  return errors.filter(({ field }) => field !== keyField);
}

function checkKey({ entityId, email }: CustomerUpsert, matchBy: MatchBy): ItemError[] {
  if (matchBy === 'ENTITY_ID')
    return typeof entityId === 'number' ? checkId('entityId', entityId) : [requiredError('entityId')];
  if (typeof entityId === 'number') return [UNUSED_ID];
  if (typeof email !== 'string') return [requiredError('email')];
  const errors = checkEmail('email', email);
  return errors.length > 0 || isSearchable(email) ? errors : [UNSEARCHABLE];
}

/** The error of a field without which an item cannot be written. */
export function requiredError(field: string, reason = 'is required'): ItemError {
  return { code: 'REQUIRED', message: `${field} ${reason}.`, field };
}

const UNUSED_ID: ItemError = {
  code: 'INVALID',
  message: 'entityId is only for items that are matched by ENTITY_ID.',
  field: 'entityId',
};
const UNSEARCHABLE: ItemError = {
  code: 'INVALID',
  message: 'The store cannot look up an e-mail address with a comma. Match the customer by ENTITY_ID.',
  field: 'email',
};
const ADDRESSES_REQUIRED: ItemError = {
  code: 'INVALID',
  message: 'replaceAddresses needs addresses. An empty list deletes all of them.',
  field: 'replaceAddresses',
};

function checkParts(ctx: SettleContext, { parts }: Draft): void {
  const firsts = new Map<string, number | null>();
  const addresses = createAddressBook<Part<'ADDRESS'>>(({ input }) => input);
  for (const part of parts) {
    const errors = checkPart(part);
    const name = errors.length > 0 ? null : nameOf(part);
    if (name !== null && firsts.has(name)) errors.push(repeatedError(firsts.get(name) ?? 0));
    if (name !== null && !firsts.has(name)) firsts.set(name, part.index);
    // If only the store has failed, nothing is wrong with the part.
    const isSound = errors.every(({ failure }) => failure !== undefined);
    if (errors.length > 0) part.settled = settledAs(ctx, isSound ? 'NOT_ATTEMPTED' : 'FAILED', ...errors);
    else if (isKind(part, 'ADDRESS')) {
      part.original = addresses.find(part.input) ?? null;
      if (part.original === null) addresses.add(part);
    }
  }
}

function checkPart(part: Part): ItemError[] {
  if (isKind(part, 'ADDRESS')) return checkAddress(part.input);
  if (isKind(part, 'ATTRIBUTE')) return checkAttribute(part.input);
  if (isKind(part, 'FORM_FIELD')) return checkFormField(part.input);
  if (isKind(part, 'CONSENT')) return checkConsent({ customerEntityId: 1, ...part.input });
  return isKind(part, 'METAFIELD') ? checkMetafield(part.input) : [];
}

/** What a part sets: two parts of an item with the same name would undo each other. Null if that cannot be. */
function nameOf(part: Part): string | null {
  if (isKind(part, 'ATTRIBUTE')) return `attribute ${part.input.attributeEntityId}`;
  if (isKind(part, 'FORM_FIELD')) return `form field ${normalizeText(part.input.name)}`;
  if (!isKind(part, 'METAFIELD')) return null;
  const { namespace, key } = part.input;
  return `metafield ${JSON.stringify([normalizeText(namespace), normalizeText(key)])}`;
}

function repeatedError(index: number): ItemError {
  return {
    code: 'INVALID',
    message: `The entry at index ${index} of this list sets the same; only that one was sent.`,
    field: null,
  };
}
