import { isObject } from '../wire/decode.ts';

const SECRET_KEYS: readonly string[] = ['password', 'new_password'];

/** The secrets in a request body. */
export function collectSecrets(body: unknown): readonly string[] {
  if (Array.isArray(body)) return body.flatMap(collectSecrets);
  if (!isObject(body)) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    SECRET_KEYS.includes(key) && typeof value === 'string' && value !== '' ? [value] : collectSecrets(value),
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

export function parseJsonOrNull(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
