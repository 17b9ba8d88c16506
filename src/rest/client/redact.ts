import { isObject, parseJsonOrNull } from '../wire/decode.ts';

const SECRET_KEYS: readonly string[] = ['password', 'new_password'];

/** The secrets in a request body. */
export function collectSecrets(body: unknown): readonly string[] {
  if (Array.isArray(body)) return body.flatMap(collectSecrets);
  if (!isObject(body)) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    SECRET_KEYS.includes(key) && typeof value === 'string' && value !== '' ? [value] : collectSecrets(value),
  );
}

/** Fields with a fixed set of values, which error texts may name. */
const ENUM_FIELDS: readonly string[] = ['type', 'address_type', 'permission_set', 'allow', 'deny'];
/** Parameters of the query that are not values of the caller. */
const PLAIN_PARAMETERS: readonly string[] = [
  'include',
  'include_fields',
  'sort',
  'direction',
  'page',
  'limit',
];

/**
 * The strings of a request, in its body and in its filters, that no error may contain. Short numbers are not among them:
 * they identify nothing, and error texts state limits.
 */
export function collectSent(body: unknown, query = ''): readonly string[] {
  const values = [...stringsIn(body), ...filterValues(query)].map((value) => value.trim());
  return [...new Set(values)].filter((value) => value.length > 1 && !/^\d{1,6}$/.test(value));
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (ENUM_FIELDS.includes(key) ? [] : stringsIn(inner)));
}

function filterValues(query: string): readonly string[] {
  return [...new URLSearchParams(query)].flatMap(([name, value]) =>
    PLAIN_PARAMETERS.includes(name) ? [] : value.split(','),
  );
}

/** Replaces secrets in a response by `…`. The body of a rejection is passed on and may quote the request. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  const redact = (value: string) => secrets.reduce((safe, secret) => safe.replaceAll(secret, '…'), value);
  const parsed = parseJsonOrNull(text);
  return isObject(parsed)
    ? JSON.stringify(parsed, (_key, value) => (typeof value === 'string' ? redact(value) : value))
    : redact(text);
}
