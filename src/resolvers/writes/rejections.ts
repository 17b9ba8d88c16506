import type { GatewayError } from '../../errors.ts';
import type { ItemError, WriteErrorCode } from './results.ts';

/** An error response of the store to a write. */
export interface Rejection {
  readonly status: number;
  readonly body: unknown;
  readonly error: GatewayError;
}

/** The errors of the items that an error response names. Items that it does not name can still be invalid. */
export type ErrorsByItem<I> = ReadonlyMap<I, ItemError>;

/** Maps the keys of an error response to the items they refer to. */
export type ResolveKeys<I> = (
  keys: readonly string[],
  items: readonly I[],
  left: readonly I[],
) => ReadonlyMap<string, I>;

/** The items that an error response can refer to, and how it refers to them. */
export interface RejectedItems<I> {
  /** All items of the call, in the order in which they were sent. */
  readonly items: readonly I[];
  /** The items that were not written. */
  readonly left: readonly I[];
  /** Whether an error text refers to an item. */
  readonly matchesMessage?: ((item: I, text: string) => boolean) | undefined;
  readonly resolveKeys?: ResolveKeys<I> | undefined;
}

/**
 * Assigns the errors of a response to items: by key (`0.email` is a field of the first item), else by text, which can
 * quote an item's e-mail address.
 */
export function assignErrors<I>(
  rejection: Rejection,
  { items, left, matchesMessage = () => false, resolveKeys = resolveByIndex }: RejectedItems<I>,
): ErrorsByItem<I> {
  const entries = errorEntries(rejection.body, rejection.status);
  const [only] = left;
  const [entry = { key: '', text: '', status: rejection.status }] = entries;
  if (left.length === 1 && entries.length <= 1) return new Map([[only as I, toItemError(rejection, entry)]]);
  const itemsByKey = resolveKeys(
    entries.map(({ key }) => key),
    items,
    left,
  );
  const byKey = entries.flatMap((each): [I, ItemError][] => {
    const item = itemsByKey.get(each.key);
    return item === undefined || !left.includes(item) ? [] : [[item, toItemError(rejection, each)]];
  });
  if (byKey.length > 0) return new Map(byKey);
  const byText = left.flatMap((item): [I, ItemError][] => {
    const match = entries.find(({ text }) => matchesMessage(item, text));
    return match === undefined ? [] : [[item, toItemError(rejection, match)]];
  });
  if (byText.length > 0 || items.length > 1) return new Map(byText);
  return new Map([[only as I, toItemError(rejection, entry)]]);
}

function resolveByIndex<I>(keys: readonly string[], items: readonly I[]): ReadonlyMap<string, I> {
  return new Map(
    keys.flatMap((key): [string, I][] => {
      const index = /^(\d+)(?:\.|$)/.exec(key)?.[1];
      const item = index === undefined ? undefined : items[Number(index)];
      return item === undefined ? [] : [[key, item]];
    }),
  );
}

/**
 * The error of a rejection that is not caused by an item: of the access token (401, 403) or the quota (429). Null for
 * any other.
 */
export function wholeBatchError({ status, error }: Rejection): ItemError | null {
  const { message, details } = error;
  if (status === 401 || status === 403) return { code: 'FORBIDDEN', message, field: null };
  if (status === 429)
    return { code: 'RATE_LIMITED', message, field: null, retryAfterMs: details.retryAfterMs };
  return null;
}

/** Whether the store rejected the number of items. The items themselves can be valid. */
export function isBatchTooLarge({ status, error }: Rejection): boolean {
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

function toItemError({ error }: Rejection, { key, text, status }: ErrorEntry): ItemError {
  return {
    code: errorCode(text === '' ? (error.details.title ?? '') : text, status),
    message: errorMessage(error, text),
    field: inputField(key, text),
    retryAfterMs: error.details.retryAfterMs,
  };
}

// The order matters: "already in use" is more specific than "invalid".
const CODE_PATTERNS: readonly (readonly [RegExp, WriteErrorCode])[] = [
  [/(already|are|is) (in use|exist|taken)|exists already|duplicate|not unique/i, 'TAKEN'],
  [/invalid (customer|address|attribute|metafield)?\s*id|not found|does ?n.t exist|no such/i, 'NOT_FOUND'],
  [/limit|too many|maximum (number|of)|at most \d+ (?!characters)|exceed/i, 'LIMIT_EXCEEDED'],
  [/required|missing|must not be (empty|blank)/i, 'REQUIRED'],
  [/invalid|not valid|must (be|have)|should be|expected|too (long|short)|length|format/i, 'INVALID'],
];

function errorCode(text: string, status: number): WriteErrorCode {
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
