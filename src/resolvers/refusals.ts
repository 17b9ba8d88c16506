import type { GatewayError } from '../errors.ts';
import type { Problem, WriteErrorCode } from './write-results.ts';

/** A refusal as the store words it. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly error: GatewayError;
}

/** Whom a refusal blames, and for what. Those that it does not name are not thereby cleared. */
export type Blame<I> = ReadonlyMap<I, Problem>;

/** Which items the keys of a refusal stand for. */
export type PlacesOf<I> = (
  keys: readonly string[],
  items: readonly I[],
  left: readonly I[],
) => ReadonlyMap<string, I>;

/** Those whom a refusal may mean, and how it names them. */
export interface Suspects<I> {
  /** As they were sent. */
  readonly items: readonly I[];
  /** Those of them that were not written. */
  readonly left: readonly I[];
  readonly mentions?: ((item: I, text: string) => boolean) | undefined;
  readonly placesOf?: PlacesOf<I> | undefined;
}

/** Reads whom a refusal names: `0.email` is a field of the first item, and a text may quote the e-mail address of one. */
export function blameOf<I>(
  refusal: Refusal,
  { items, left, mentions = () => false, placesOf = byIndex }: Suspects<I>,
): Blame<I> {
  const entries = entriesOf(refusal.body, refusal.status);
  const [only] = left;
  const [entry = { key: '', text: '', status: refusal.status }] = entries;
  if (left.length === 1 && entries.length <= 1) return new Map([[only as I, problemOf(refusal, entry)]]);
  const places = placesOf(
    entries.map(({ key }) => key),
    items,
    left,
  );
  const named = entries.flatMap((each): [I, Problem][] => {
    const item = places.get(each.key);
    return item === undefined || !left.includes(item) ? [] : [[item, problemOf(refusal, each)]];
  });
  if (named.length > 0) return new Map(named);
  const mentioned = left.flatMap((item): [I, Problem][] => {
    const about = entries.find(({ text }) => mentions(item, text));
    return about === undefined ? [] : [[item, problemOf(refusal, about)]];
  });
  if (mentioned.length > 0 || items.length > 1) return new Map(mentioned);
  return new Map([[only as I, problemOf(refusal, entry)]]);
}

function byIndex<I>(keys: readonly string[], items: readonly I[]): ReadonlyMap<string, I> {
  return new Map(
    keys.flatMap((key): [string, I][] => {
      const index = /^(\d+)(?:\.|$)/.exec(key)?.[1];
      const item = index === undefined ? undefined : items[Number(index)];
      return item === undefined ? [] : [[key, item]];
    }),
  );
}

/** A refusal that concerns the whole call and no item in it: the token, the quota. Null for any other. */
export function wholeProblem({ status, error }: Refusal): Problem | null {
  const { message, details } = error;
  if (status === 401 || status === 403) return { code: 'FORBIDDEN', message, field: null };
  if (status === 429)
    return { code: 'RATE_LIMITED', message, field: null, retryAfterMs: details.retryAfterMs };
  return null;
}

/** Whether the store took offence at the number of items, which is no verdict on any of them. */
export function isTooMany({ status, error }: Refusal): boolean {
  return status === 413 || (status === 422 && /max batch size/i.test(error.details.title ?? ''));
}

/** Whether a text quotes a value whole, and not as a part of a longer one. */
export function quotes(text: string, value: string): boolean {
  const [words, wanted] = [text.toLowerCase(), value.trim().toLowerCase()];
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    const before = words.slice(0, at);
    const after = words.slice(at + wanted.length);
    if (/(^|[\s"'<>(),;:])$/.test(before) && /^([\s"'<>(),;:]|[.!?]?(\s|$))/.test(after)) return true;
  }
  return false;
}

/** One thing that a refusal says. */
interface Entry {
  /** Of what it is said: `0.email`, `.customer_create`, an id. */
  readonly key: string;
  readonly text: string;
  readonly status: number;
}

// `errors` is an object of texts, or nothing, or a list of such answers.
function entriesOf(body: unknown, status: number): Entry[] {
  if (typeof body !== 'object' || body === null) return [];
  const { errors } = body as { errors?: unknown };
  if (Array.isArray(errors)) return errors.flatMap((each) => entriesOf(each, statusOf(each) ?? status));
  if (typeof errors !== 'object' || errors === null) return [];
  return Object.entries(errors).flatMap(([key, text]) =>
    typeof text === 'string' ? [{ key, text, status }] : [],
  );
}

function statusOf(error: unknown): number | null {
  const { status } = typeof error === 'object' && error !== null ? (error as { status?: unknown }) : {};
  return typeof status === 'number' ? status : null;
}

function problemOf({ error }: Refusal, { key, text, status }: Entry): Problem {
  return {
    code: codeOf(text === '' ? (error.details.title ?? '') : text, status),
    message: messageOf(error, text),
    field: fieldOf(key, text),
    retryAfterMs: error.details.retryAfterMs,
  };
}

// The order matters: "already in use" says more than "invalid".
const WORDS: readonly (readonly [RegExp, WriteErrorCode])[] = [
  [/(already|are|is) (in use|exist|taken)|exists already|duplicate|not unique/i, 'TAKEN'],
  [/invalid (customer|address|attribute|metafield)?\s*id|not found|does ?n.t exist|no such/i, 'NOT_FOUND'],
  [/limit|too many|maximum (number|of)|at most \d+ (?!characters)|exceed/i, 'LIMIT_EXCEEDED'],
  [/required|missing|must not be (empty|blank)/i, 'REQUIRED'],
  [/invalid|not valid|must (be|have)|should be|expected|too (long|short)|length|format/i, 'INVALID'],
];

function codeOf(text: string, status: number): WriteErrorCode {
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'TAKEN';
  if (status === 507) return 'LIMIT_EXCEEDED';
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'REJECTED';
}

// What the store quotes may be anyone's: only its title, which was made safe, and its own words are passed on.
function messageOf(error: GatewayError, text: string): string {
  const words = text.replaceAll(/\S+@\S+/g, '…').replaceAll(/"[^"]*"|'[^']*'/g, '…');
  const reason = words === '' ? (error.details.title ?? `status ${error.details.status}`) : words;
  return `The store refused it: ${reason.replace(/[.\s]+$/, '').slice(0, 200)}.`;
}

/** What the input calls fields that the store calls otherwise than in camel case. */
const FIELDS: ReadonlyMap<string, string> = new Map([
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

function fieldOf(key: string, text: string): string | null {
  const field = /^(?:\d+\.)?([a-z]\w*(?:\.\w+)*)$/.exec(key)?.[1];
  if (field === undefined) return /\be-?mail\b/i.test(text) ? 'email' : null;
  return field
    .split('.')
    .map((part) => FIELDS.get(part) ?? camel(part))
    .join('.');
}

function camel(field: string): string {
  return field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
