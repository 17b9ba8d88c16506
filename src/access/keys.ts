import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Lane } from '../governor/lanes.ts';
import { type Caller, SCOPES } from './caller.ts';

/** What every key begins with, so that a key that leaks is recognised by whoever scans for such things. */
export const KEY_PREFIX = 'gfbc_';

export const LANES = ['interactive', 'standard', 'bulk'] as const satisfies readonly Lane[];

// A name stands in logs and in the audit. A colon would make it look like the name of another kind of caller.
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const storedKey = z.strictObject(
  {
    name: z
      .string({ error: 'is not a text' })
      .regex(NAME, 'is not a name: up to 64 letters, digits, dots, dashes and underscores')
      .refine((name) => !name.startsWith(KEY_PREFIX), 'is a key, which nobody may see'),
    sha256: z.string({ error: 'is not a text' }).regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits'),
    scopes: z
      .array(z.enum(SCOPES, { error: 'is not a scope' }), { error: 'is not a list' })
      .min(1, 'names no scope'),
    lane: z.enum(LANES, { error: `is not one of: ${LANES.join(', ')}` }).default('standard'),
    callsPerMinute: z
      .int({ error: 'is not a whole number' })
      .positive('is not 1 or more')
      .nullable()
      .default(null),
    createdAt: z.iso.datetime({ error: 'is not a moment in UTC' }).nullable().default(null),
  },
  {
    error: ({ code }) => (code === 'unrecognized_keys' ? 'holds a field that is not known' : 'is not a key'),
  },
);

const keysDocument = z.strictObject(
  { keys: z.array(storedKey, { error: 'is not a list' }) },
  {
    error: ({ code }) => (code === 'unrecognized_keys' ? 'holds more than the list `keys`' : 'is no object'),
  },
);

/** A key as it is kept: what it may, and a hash to know it by. */
export type StoredKey = Readonly<z.infer<typeof storedKey>>;

/** Makes a key: 256 random bits, which nobody guesses. */
export function createKey(): string {
  return KEY_PREFIX + randomBytes(32).toString('base64url');
}

/**
 * The hash that a key is kept as. SHA-256 is enough: slow hashes protect passwords, which people choose and guessers
 * try in order; of 256 random bits there is no order to try.
 */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Reads a document of keys: `{"keys": [...]}`. Answers every problem with it, one line each, none with a value. */
export function parseKeys(
  text: string,
  source: string,
): { readonly keys: readonly StoredKey[] } | { readonly problems: readonly string[] } {
  const json = parseJson(text);
  if (json === undefined) return { problems: [`${source} is not JSON`] };
  const parsed = keysDocument.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      const place = path
        .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
        .join('');
      return `${source}${place && `: ${place.slice(1)}`} ${message}`;
    });
    return { problems: [...new Set(problems)] };
  }
  const { keys } = parsed.data;
  const problems = [
    ...repeated(keys.map(({ name }) => name)).map((index) => `${source}: keys[${index}].name is there twice`),
    ...repeated(keys.map(({ sha256 }) => sha256)).map((index) => `${source}: keys[${index}] is there twice`),
  ];
  return problems.length > 0 ? { problems } : { keys };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where the values stand that were there before. */
function repeated(values: readonly string[]): readonly number[] {
  return [...values.keys()].filter((index) => values.indexOf(values[index] ?? '') < index);
}

/** Finds the caller of a key. */
export type KeyFinder = (key: string) => Caller | null;

/** Keys that are looked at all, whether or not one was found, and each in constant time. */
export function createKeyFinder(keys: readonly StoredKey[]): KeyFinder {
  const callers = keys.map((key) => ({ hash: Buffer.from(key.sha256, 'hex'), caller: callerOf(key) }));
  return (key) => {
    const hash = hashOf(key);
    return callers.filter((each) => timingSafeEqual(each.hash, hash))[0]?.caller ?? null;
  };
}

function callerOf({ name, scopes, lane, callsPerMinute }: StoredKey): Caller {
  return { kind: 'key', name, scopes: new Set(scopes), customerEntityId: null, lane, callsPerMinute };
}
