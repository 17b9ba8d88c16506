import { openWatchedFile, type Parsed } from '../files/watched-file.ts';
import { createKeyLookup, type KeyLookup, parseKeys } from './api-keys.ts';

export interface KeyRingOptions {
  /** The key file, or its content. */
  readonly keys: { readonly file: string } | { readonly text: string };
  /** Called when the file has changed and is valid. */
  readonly onChange: () => void;
  /** Called when the file has become invalid or its problems change. The keys read last stay valid. */
  readonly onProblems: (problems: readonly string[]) => void;
  /** Milliseconds between two checks of the file. @default 500: a revoked key stays valid for less than a second */
  readonly intervalMs?: number;
}

/** Opens the API keys that are valid now, or returns their problems. */
export async function openKeyRing({
  keys,
  ...watching
}: KeyRingOptions): Promise<{ readonly find: KeyLookup } | { readonly problems: readonly string[] }> {
  if ('text' in keys) {
    const parsed = parseLookup(keys.text, 'GATEWAY_KEYS');
    return 'problems' in parsed ? parsed : { find: parsed.value };
  }
  const { file } = keys;
  const opened = await openWatchedFile({ ...watching, file, parse: (text) => parseLookup(text, file) });
  if ('problems' in opened) return opened;
  const { watched } = opened;
  return { find: (key) => watched.current()(key) };
}

function parseLookup(text: string, source: string): Parsed<KeyLookup> {
  const parsed = parseKeys(text, source);
  return 'problems' in parsed ? parsed : { value: createKeyLookup(parsed.keys) };
}
