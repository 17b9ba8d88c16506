import type { SecretSource } from '../files/secrets.ts';
import { openSource, type SourceOptions } from '../files/source.ts';
import type { Parsed } from '../files/watched-file.ts';
import { createKeyLookup, type KeyLookup, parseKeys } from './api-keys.ts';

export interface KeyRingOptions extends Omit<SourceOptions<KeyLookup>, 'source' | 'parse'> {
  /** The key file, or its content. */
  readonly keys: SecretSource;
}

/** Opens the API keys that are valid now, or returns their problems. A key that is revoked stays valid for less than a second. */
export async function openKeyRing({
  keys,
  ...watching
}: KeyRingOptions): Promise<{ readonly find: KeyLookup } | { readonly problems: readonly string[] }> {
  const name = 'file' in keys ? keys.file : 'GATEWAY_KEYS';
  const opened = await openSource({ ...watching, source: keys, parse: (text) => parseLookup(text, name) });
  return 'problems' in opened ? opened : { find: (key) => opened.current()(key) };
}

/** @param name of the file or the variable, for the problems */
function parseLookup(text: string, name: string): Parsed<KeyLookup> {
  const parsed = parseKeys(text, name);
  return 'problems' in parsed ? parsed : { value: createKeyLookup(parsed.keys) };
}
