import type { GatewayError } from '../../errors.ts';
import type { WriteAttempt } from '../client/http.ts';
import { collectSent } from '../client/redact.ts';
import { redactText } from '../client/redact-text.ts';
import { namesMissingScope } from '../errors.ts';
import type { WriteOperation } from '../operations.ts';
import { isObject } from '../wire/decode.ts';
import { type ErrorEntry, readErrorEntries } from './error-entries.ts';
import { toInputPath } from './input-path.ts';

/** Why the store rejected an item, or a whole call. */
export interface RejectionReason {
  readonly code:
    | 'TAKEN'
    | 'NOT_FOUND'
    | 'LIMIT_EXCEEDED'
    | 'REQUIRED'
    | 'INVALID'
    | 'CONFLICT'
    | 'FORBIDDEN'
    | 'RATE_LIMITED'
    | 'REJECTED';
  /** A sentence. It never contains values of the input. */
  readonly message: string;
  /** Path within the item, with the names of the input: `addresses.0.city`. Null if the whole item is meant. */
  readonly field: string | null;
  readonly retryAfterMs?: number | undefined;
  /** HTTP status of the response, or of its part about the item. */
  readonly upstreamStatus: number;
}

/** A response in which the store rejects a write, as far as it can be understood. */
export interface Rejection {
  readonly error: GatewayError;
  /** Set if no item is at fault, but the access token (401, most of 403) or the quota (429). */
  readonly callReason: RejectionReason | null;
  /** Whether the store rejected the number of items. The items themselves can be valid. */
  readonly isBatchTooLarge: boolean;
  /**
   * Assigns reasons to items, by their index in the call. Items that the response does not name can still be invalid.
   *
   * @param left the items that were not written
   */
  readonly reasonsFor: (left: readonly number[]) => ReadonlyMap<number, RejectionReason>;
  /** What the store says without naming an item. It never contains values of the input. Null if it says nothing. */
  readonly batchReason: string | null;
}

/** Maps the indexes or ids in the keys of an error response to the indexes of the items they refer to. */
export type ResolveKeys = (keys: readonly string[], left: readonly number[]) => ReadonlyMap<string, number>;

/** The call that an error response refers to. */
export interface RejectedCall {
  readonly operation: Pick<WriteOperation, 'id' | 'method'>;
  /** The items as they were sent. */
  readonly items: readonly unknown[];
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
    callReason: callReason(attempt, call),
    isBatchTooLarge: isBatchTooLarge(attempt),
    reasonsFor: (left) => assignReasons(attempt, call, left),
    batchReason: batchReason(attempt, call),
  };
}

/** An error of a response, with the item that it names. */
interface NamedEntry extends ErrorEntry {
  /** Index or id of an item. Null if the error names none. */
  readonly reference: string | null;
}

/** By key (`0.email` is a field of the first item), else by text, which can quote an item's e-mail address. */
function assignReasons(
  attempt: RejectedAttempt,
  call: RejectedCall,
  left: readonly number[],
): ReadonlyMap<number, RejectionReason> {
  const { items, matchesMessage = () => false, resolveKeys = resolveByIndex(items.length) } = call;
  const entries = readErrorEntries(attempt.body, attempt.status).map((entry) => nameItem(entry, items));
  const references = entries.flatMap(({ reference }) => reference ?? []);
  const indexes = resolveKeys([...new Set(references)], left);
  const indexOf = ({ reference }: NamedEntry) => (reference === null ? undefined : indexes.get(reference));
  const byIndex = Map.groupBy(entries, indexOf);
  const isNamed = left.some((index) => byIndex.has(index));
  const entriesOf = (index: number) => {
    if (isNamed) return byIndex.get(index) ?? [];
    return left.length === 1 ? entries : entries.filter(({ text }) => matchesMessage(index, text));
  };
  const sent = collectSent(items);
  return new Map(
    left.flatMap((index): [number, RejectionReason][] => {
      const own = entriesOf(index);
      if (own.length === 0 && left.length > 1) return [];
      return [[index, toReason(own, { attempt, operation: call.operation, item: items[index], sent })]];
    }),
  );
}

function batchReason({ body, status }: RejectedAttempt, { items }: RejectedCall): string | null {
  const entries = readErrorEntries(body, status).map((entry) => nameItem(entry, items));
  const unnamed = entries.filter(({ reference }) => reference === null);
  return joinTexts(unnamed, collectSent(items)) || null;
}

/**
 * Separates the item from the field in the path of an error. The list of the items can have a name (`items[1].email`), unless
 * an item has a field with that name: `addresses.1.city` is a field.
 */
function nameItem(entry: ErrorEntry, items: readonly unknown[]): NamedEntry {
  const [first = '', second = ''] = entry.path;
  if (INDEX.test(first)) return { ...entry, reference: first, path: entry.path.slice(1) };
  const isField = items.some((item) => isObject(item) && first in item);
  if (!isField && INDEX.test(second)) return { ...entry, reference: second, path: entry.path.slice(2) };
  return { ...entry, reference: null };
}

const INDEX = /^\d{1,10}$/;

function resolveByIndex(count: number): ResolveKeys {
  return (keys) =>
    new Map(
      keys.flatMap((key): [string, number][] => {
        const index = Number(key);
        return index < count ? [[key, index]] : [];
      }),
    );
}

/**
 * A 403 is about the whole call if the store says that the token lacks a scope, or nothing. Else it can be about one
 * record, such as a metafield of another app. A create has no such record.
 */
function callReason(
  { status, error, body }: RejectedAttempt,
  { operation, items }: RejectedCall,
): RejectionReason | null {
  const { message, details } = error;
  const whole = { field: null, upstreamStatus: status };
  if (status === 401) return { code: 'FORBIDDEN', message, ...whole };
  if (status === 429) return { code: 'RATE_LIMITED', message, retryAfterMs: details.retryAfterMs, ...whole };
  if (status !== 403) return null;
  const entries = readErrorEntries(body, status);
  if (entries.length === 0 || namesMissingScope(body)) return { code: 'FORBIDDEN', message, ...whole };
  if (operation.method !== 'POST') return null;
  const reason = joinTexts(entries, collectSent(items));
  return { code: 'FORBIDDEN', message: `The store rejected the call: ${reason}.`, ...whole };
}

function isBatchTooLarge({ status, body }: RejectedAttempt): boolean {
  const entries = status === 400 || status === 422 ? readErrorEntries(body, status) : [];
  return (
    status === 413 || entries.some(({ text }) => /max(imum)? batch size/i.test(text.slice(0, MAX_CODE_TEXT)))
  );
}

/** The reason of an item. Several texts about it are joined. */
function toReason(
  entries: readonly NamedEntry[],
  {
    attempt: { error, status },
    operation,
    item,
    sent,
  }: {
    readonly attempt: RejectedAttempt;
    readonly operation: RejectedCall['operation'];
    readonly item: unknown;
    readonly sent: readonly string[];
  },
): RejectionReason {
  const [first = { path: [], text: '', status }] = entries;
  const reason = joinTexts(entries, sent) || `status ${status}`;
  const namesEmail = /\be-?mail\b/i.test(first.text.slice(0, MAX_CODE_TEXT));
  return {
    code: errorCode(first, operation.id),
    message: `The store rejected the item: ${reason}.`,
    field: toInputPath(first.path, item, first.text) ?? (namesEmail ? 'email' : null),
    retryAfterMs: error.details.retryAfterMs,
    upstreamStatus: first.status,
  };
}

/** The texts of errors, each once, made safe and cut to the length of one. */
function joinTexts(entries: readonly ErrorEntry[], sent: readonly string[]): string {
  const texts = entries.slice(0, MAX_TEXTS).map(({ text }) => redactText(text, sent));
  return redactText([...new Set(texts.map((text) => text.replace(/[.\s]{1,9}$/, '')))].join('; '));
}

/** Texts about one item that are reported at most. */
const MAX_TEXTS = 5;
/** Characters of a text that its code depends on. A text can quote an e-mail address before it says what is wrong. */
const MAX_CODE_TEXT = 1_000;

// The order matters: "already in use" is more specific than "invalid".
const CODE_PATTERNS: readonly (readonly [RegExp, RejectionReason['code']])[] = [
  [/(already|are|is) (in use|exist|taken)|exists already|duplicate|not unique|must be unique/i, 'TAKEN'],
  [
    /invalid (customer|address|attribute|metafield)?\s?ids?\b|not found|does ?n.t exist|no such/i,
    'NOT_FOUND',
  ],
  [/limit|too many|maximum (number|of)|at most \d+ (?!characters)|exceed/i, 'LIMIT_EXCEEDED'],
  [/required|missing|must not be (empty|blank)/i, 'REQUIRED'],
  [/invalid|not valid|\bmust\b|should be|expected|too (long|short)|length|format/i, 'INVALID'],
];

const CHANGED = /modified|changed|updated by|concurrent|stale|outdated|version/i;

/** Operations whose 409 says that something is taken, because nothing exists yet that could have been changed. */
const UNIQUE_CREATES: readonly string[] = [
  'createCustomers',
  'createCustomerMetafields',
  'createCustomersMetafields',
];

function errorCode(
  { text, status }: Pick<ErrorEntry, 'text' | 'status'>,
  operation: string,
): RejectionReason['code'] {
  const words = redactText(text, [], MAX_CODE_TEXT);
  const code = CODE_PATTERNS.find(([pattern]) => pattern.test(words))?.[1] ?? 'REJECTED';
  switch (status) {
    case 403:
      return 'FORBIDDEN';
    case 404:
      return 'NOT_FOUND';
    case 409:
      if (code === 'TAKEN' || CHANGED.test(words)) return code === 'TAKEN' ? code : 'CONFLICT';
      return UNIQUE_CREATES.includes(operation) ? 'TAKEN' : 'CONFLICT';
    case 412:
      return 'CONFLICT';
    case 507:
      return 'LIMIT_EXCEEDED';
    default:
      return code;
  }
}
