import { isObject } from '../wire/decode.ts';

/** One error of an error response. */
export interface ErrorEntry {
  /** What it refers to, from the outside in: `1`, `form_fields`, `0`, `name`. Empty if it refers to the whole call. */
  readonly path: readonly string[];
  readonly text: string;
  /** HTTP status, of the response or of this error. */
  readonly status: number;
}

/** Limits for a response that is made to exhaust the gateway. */
const MAX_ENTRIES = 1_000;
const MAX_DEPTH = 8;
const MAX_KEY_LENGTH = 500;
const MAX_PATH_LENGTH = 12;

/**
 * The errors of an error response. The API documents several formats, other services of the platform use more: `errors`
 * as an object of texts, of lists or of objects, as a list of texts or of error responses; else `detail`, `message` or
 * `title`.
 */
export function readErrorEntries(body: unknown, status: number): readonly ErrorEntry[] {
  const entries: ErrorEntry[] = [];
  const room = () => entries.length < MAX_ENTRIES;

  function read(value: unknown, { path, status: outer }: Omit<ErrorEntry, 'text'>, depth: number): void {
    if (!room() || depth > MAX_DEPTH) return;
    if (typeof value === 'string') {
      if (value.trim() !== '') entries.push({ path, text: value, status: outer });
    } else if (Array.isArray(value)) {
      for (const each of value) if (room()) read(each, { path, status: outer }, depth + 1);
    } else if (isObject(value)) {
      const text = [value.detail, value.message, value.title].find(isText);
      const isFields = text === undefined && typeof value.errors !== 'object' && depth > 0;
      if (isFields) readFields(value, { path, status: outer }, depth);
      else
        readError(
          value,
          { path: [...path, ...(depth > 0 ? locationOf(value) : [])], status: statusOf(value) ?? outer },
          depth,
          text,
        );
    }
  }

  function readFields(
    fields: object,
    { path, status: outer }: Omit<ErrorEntry, 'text'>,
    depth: number,
  ): void {
    for (const [key, value] of Object.entries(fields)) {
      if (room()) read(value, { path: [...path, ...splitKey(key)], status: outer }, depth + 1);
    }
  }

  function readError(
    { errors, error }: Readonly<Record<string, unknown>>,
    place: Omit<ErrorEntry, 'text'>,
    depth: number,
    text: string | undefined,
  ): void {
    const before = entries.length;
    if (isObject(errors)) readFields(errors, place, depth);
    else read(errors ?? (text === undefined ? error : null), place, depth + 1);
    if (entries.length === before && text !== undefined) entries.push({ ...place, text });
  }

  read(body, { path: [], status }, 0);
  return entries;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function statusOf({ status, code }: Readonly<Record<string, unknown>>): number | null {
  return [status, code].find((value) => typeof value === 'number') ?? null;
}

/** Where an error response in a list says that its error is. */
function locationOf({
  index,
  path,
  pointer,
  field,
  key,
}: Readonly<Record<string, unknown>>): readonly string[] {
  const place = path ?? pointer ?? field ?? key;
  const names = Array.isArray(place)
    ? place.filter((each) => typeof each !== 'object')
    : [place].filter(isText);
  return [
    ...(Number.isSafeInteger(index) ? [String(index)] : []),
    ...names.flatMap((name) => splitKey(String(name))),
  ];
}

/**
 * The parts of a key: `0.email`, `[1].x`, `/1/x`, `$.items[1].x`. A key with a leading dot and no more (`.customer_create`)
 * is the name of the call.
 */
function splitKey(key: string): readonly string[] {
  const parts = key
    .slice(0, MAX_KEY_LENGTH)
    .split(/[.[\]()/$'"]+/)
    .filter((part) => part !== '');
  return parts.length === 1 && key.startsWith('.') ? [] : parts.slice(0, MAX_PATH_LENGTH);
}
