import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Lane } from '../../governor/lanes.ts';
import { type Caller, SCOPES } from '../caller.ts';

/** Prefix of every key, so secret scanners recognise a leaked key. */
export const KEY_PREFIX = 'gfbc_';

export const LANES = ['interactive', 'standard', 'bulk'] as const satisfies readonly Lane[];

// A name appears in logs. A colon would make it look like the name of another kind of caller.
const KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const storedKeySchema = z.strictObject(
  {
    name: z
      .string({ error: 'is not a string' })
      .regex(KEY_NAME, 'is not a name: up to 64 letters, digits, dots, dashes and underscores')
      .refine((name) => !name.startsWith(KEY_PREFIX), 'is a key, which must stay secret'),
    sha256: z.string({ error: 'is not a string' }).regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits'),
    scopes: z
      .array(z.enum(SCOPES, { error: `is not one of the scopes ${SCOPES.join(', ')}` }), {
        error: 'is not a list',
      })
      .min(1, 'contains no scope'),
    lane: z.enum(LANES, { error: `is not one of: ${LANES.join(', ')}` }).default('standard'),
    callsPerMinute: z
      .int({ error: 'is not a whole number' })
      .positive('is not 1 or more')
      .nullable()
      .default(null),
    createdAt: z.iso.datetime({ error: 'is not a timestamp in UTC' }).nullable().default(null),
  },
  {
    error: ({ code }) => (code === 'unrecognized_keys' ? 'contains an unknown field' : 'is not a key'),
  },
);

const keyFileSchema = z.strictObject(
  { keys: z.array(storedKeySchema, { error: 'is not a list' }) },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? 'contains an unknown field beside `keys`' : 'is not an object',
  },
);

/** A key as it is stored: its permissions and its hash. */
export type StoredKey = Readonly<z.infer<typeof storedKeySchema>>;

/** Generates a key of 256 random bits. */
export function generateKey(): string {
  return KEY_PREFIX + randomBytes(32).toString('base64url');
}

/**
 * The hash under which a key is stored. SHA-256 is enough: slow hashes protect passwords, which people choose and which
 * can be guessed from lists; 256 random bits cannot.
 *
 * @returns 64 hexadecimal digits
 */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** Parses the content of a key file: `{"keys": [...]}`. Returns the keys, or all problems: one line each, without values. */
export function parseKeys(
  text: string,
  source: string,
): { readonly keys: readonly StoredKey[] } | { readonly problems: readonly string[] } {
  const json = parseJson(text);
  if (json === undefined) return { problems: [`${source} is not JSON`] };
  const parsed = keyFileSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      const location = path
        .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
        .join('');
      return `${source}${location && `: ${location.slice(1)}`} ${message}`;
    });
    return { problems: [...new Set(problems)] };
  }
  const { keys } = parsed.data;
  const problems = [
    ...duplicateIndices(keys.map(({ name }) => name)).map(
      (index) => `${source}: keys[${index}].name is a duplicate`,
    ),
    ...duplicateIndices(keys.map(({ sha256 }) => sha256)).map(
      (index) => `${source}: keys[${index}] is a duplicate`,
    ),
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

/** The indices of values that occur earlier in the list. */
function duplicateIndices(values: readonly string[]): readonly number[] {
  return [...values.keys()].filter((index) => values.indexOf(values[index] ?? '') < index);
}

/** Returns the caller of a key; null if the key is unknown. */
export type KeyLookup = (key: string) => Caller | null;

/**
 * Creates a lookup by hash, which takes as long for one key as for thousands. Its time reveals nothing of a key: a caller
 * cannot choose keys whose hashes resemble a stored one.
 */
export function createKeyLookup(keys: readonly StoredKey[]): KeyLookup {
  const callers = new Map(keys.map((key) => [key.sha256, callerOf(key)]));
  return (key) => callers.get(hashKey(key)) ?? null;
}

function callerOf({ name, scopes, lane, callsPerMinute }: StoredKey): Caller {
  return { kind: 'key', name, scopes: new Set(scopes), customerEntityId: null, lane, callsPerMinute };
}
