import type { GatewayError } from '../../errors.ts';
import type { WriteAttempt } from '../client/http.ts';

/** Why the store rejected an item, or a whole call. */
export interface RejectionReason {
  readonly code:
    | 'TAKEN'
    | 'NOT_FOUND'
    | 'LIMIT_EXCEEDED'
    | 'REQUIRED'
    | 'INVALID'
    | 'FORBIDDEN'
    | 'RATE_LIMITED'
    | 'REJECTED';
  /** A sentence. It never contains values of the input. */
  readonly message: string;
  /** Path within the item, with the names of the input: `addresses.0.city`. Null if the whole item is meant. */
  readonly field: string | null;
  readonly retryAfterMs?: number | undefined;
}

/** A response in which the store rejects a write, as far as it can be understood. */
export interface Rejection {
  readonly error: GatewayError;
  /** Set if no item is at fault: the access token (401, 403) or the quota (429) is. */
  readonly callReason: RejectionReason | null;
  /** Whether the store rejected the number of items. The items themselves can be valid. */
  readonly isBatchTooLarge: boolean;
  /**
   * Assigns reasons to items, by their index in the call. Items that the response does not name can still be invalid.
   *
   * @param left the items that were not written
   */
  readonly reasonsFor: (left: readonly number[]) => ReadonlyMap<number, RejectionReason>;
}

/** Maps the keys of an error response to the indexes of the items they refer to. */
export type ResolveKeys = (keys: readonly string[], left: readonly number[]) => ReadonlyMap<string, number>;

/** What an error response can refer to. */
export interface RejectedCall {
  /** The number of items in the call. */
  readonly count: number;
  /** Whether an error text refers to the item at an index. @default none does */
  readonly matchesMessage?: (index: number, text: string) => boolean;
  /** @default by index: `3.email` is a field of the fourth item */
  readonly resolveKeys?: ResolveKeys;
}

/** The raw response to a rejected write. */
export type RejectedAttempt = Extract<WriteAttempt, { readonly outcome: 'rejected' }>;

/** Reads a rejection: what it says of the whole call, and of each item. */
export function readRejection(attempt: RejectedAttempt, call: RejectedCall): Rejection {
  return {
    error: attempt.error,
    callReason: callReason(attempt),
    isBatchTooLarge: isBatchTooLarge(attempt),
    reasonsFor: (left) => assignReasons(attempt, call, left),
  };
}

/** By key (`0.email` is a field of the first item), else by text, which can quote an item's e-mail address. */
function assignReasons(
  attempt: RejectedAttempt,
  { count, matchesMessage = () => false, resolveKeys = resolveByIndex(count) }: RejectedCall,
  left: readonly number[],
): ReadonlyMap<number, RejectionReason> {
  const entries = errorEntries(attempt.body, attempt.status);
  const [only] = left;
  const [entry = { key: '', text: '', status: attempt.status }] = entries;
  const isOnly = left.length === 1 && only !== undefined;
  if (isOnly && entries.length <= 1) return new Map([[only, toReason(attempt, entry)]]);
  const indexes = resolveKeys(
    entries.map(({ key }) => key),
    left,
  );
  const byKey = entries.flatMap((each): [number, RejectionReason][] => {
    const index = indexes.get(each.key);
    return index === undefined || !left.includes(index) ? [] : [[index, toReason(attempt, each)]];
  });
  if (byKey.length > 0) return new Map(byKey);
  const byText = left.flatMap((index): [number, RejectionReason][] => {
    const match = entries.find(({ text }) => matchesMessage(index, text));
    return match === undefined ? [] : [[index, toReason(attempt, match)]];
  });
  if (byText.length > 0 || count > 1 || !isOnly) return new Map(byText);
  return new Map([[only, toReason(attempt, entry)]]);
}

function resolveByIndex(count: number): ResolveKeys {
  return (keys) =>
    new Map(
      keys.flatMap((key): [string, number][] => {
        const index = Number(/^(\d+)(?:\.|$)/.exec(key)?.[1]);
        return index < count ? [[key, index]] : [];
      }),
    );
}

function callReason({ status, error }: RejectedAttempt): RejectionReason | null {
  const { message, details } = error;
  if (status === 401 || status === 403) return { code: 'FORBIDDEN', message, field: null };
  if (status === 429)
    return { code: 'RATE_LIMITED', message, field: null, retryAfterMs: details.retryAfterMs };
  return null;
}

function isBatchTooLarge({ status, error }: RejectedAttempt): boolean {
  return status === 413 || (status === 422 && /max batch size/i.test(error.details.title ?? ''));
}

/** Whether a text contains a value as a whole word, ignoring case: not as part of a longer address. */
export function quotesExactly(text: string, value: string): boolean {
  const [haystack, needle] = [text.toLowerCase(), value.trim().toLowerCase()];
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    const before = haystack.slice(0, at);
    const after = haystack.slice(at + needle.length);
    if (/(^|[\s"'<>(),;:])$/.test(before) && /^([\s"'<>(),;:]|[.!?]?(\s|$))/.test(after)) return true;
  }
  return false;
}

/** One error of an error response. */
interface ErrorEntry {
  /** What it refers to: `0.email`, `.customer_create`, an id. */
  readonly key: string;
  readonly text: string;
  readonly status: number;
}

// `errors` is an object of strings, a list of error responses, or absent.
function errorEntries(body: unknown, status: number): ErrorEntry[] {
  if (typeof body !== 'object' || body === null) return [];
  const { errors } = body as { errors?: unknown };
  if (Array.isArray(errors)) return errors.flatMap((each) => errorEntries(each, statusOf(each) ?? status));
  if (typeof errors !== 'object' || errors === null) return [];
  return Object.entries(errors).flatMap(([key, text]) =>
    typeof text === 'string' ? [{ key, text, status }] : [],
  );
}

function statusOf(error: unknown): number | null {
  const { status } = typeof error === 'object' && error !== null ? (error as { status?: unknown }) : {};
  return typeof status === 'number' ? status : null;
}

function toReason({ error }: RejectedAttempt, { key, text, status }: ErrorEntry): RejectionReason {
  return {
    code: errorCode(text === '' ? (error.details.title ?? '') : text, status),
    message: errorMessage(error, text),
    field: inputField(key, text),
    retryAfterMs: error.details.retryAfterMs,
  };
}

// The order matters: "already in use" is more specific than "invalid".
const CODE_PATTERNS: readonly (readonly [RegExp, RejectionReason['code']])[] = [
  [/(already|are|is) (in use|exist|taken)|exists already|duplicate|not unique/i, 'TAKEN'],
  [/invalid (customer|address|attribute|metafield)?\s*id|not found|does ?n.t exist|no such/i, 'NOT_FOUND'],
  [/limit|too many|maximum (number|of)|at most \d+ (?!characters)|exceed/i, 'LIMIT_EXCEEDED'],
  [/required|missing|must not be (empty|blank)/i, 'REQUIRED'],
  [/invalid|not valid|must (be|have)|should be|expected|too (long|short)|length|format/i, 'INVALID'],
];

function errorCode(text: string, status: number): RejectionReason['code'] {
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'TAKEN';
  if (status === 507) return 'LIMIT_EXCEEDED';
  return CODE_PATTERNS.find(([pattern]) => pattern.test(text))?.[1] ?? 'REJECTED';
}

// The store's texts can quote other customers' data. Only the redacted title and unquoted words are passed on.
function errorMessage(error: GatewayError, text: string): string {
  const redacted = text.replaceAll(/\S+@\S+/g, '…').replaceAll(/"[^"]*"|'[^']*'/g, '…');
  const reason = redacted === '' ? (error.details.title ?? `status ${error.details.status}`) : redacted;
  return `The store rejected the item: ${reason.replace(/[.\s]+$/, '').slice(0, 200)}.`;
}

/** Input names of the store's fields, if they are not the store's name in camel case. */
const FIELD_NAMES: ReadonlyMap<string, string> = new Map([
  ['id', 'entityId'],
  ['customer_id', 'customerEntityId'],
  ['address_id', 'addressEntityId'],
  ['attribute_id', 'attributeEntityId'],
  ['resource_id', 'customerEntityId'],
  ['attribute_value', 'value'],
  ['store_credit_amounts', 'storeCredit'],
  ['privacy_settings', 'privacy'],
  ['customer_group_settings', 'customerGroups'],
]);

function inputField(key: string, text: string): string | null {
  const field = /^(?:\d+\.)?([a-z]\w*(?:\.\w+)*)$/.exec(key)?.[1];
  if (field === undefined) return /\be-?mail\b/i.test(text) ? 'email' : null;
  return field
    .split('.')
    .map((part) => FIELD_NAMES.get(part) ?? toCamelCase(part))
    .join('.');
}

function toCamelCase(field: string): string {
  return field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
