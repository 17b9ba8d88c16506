import { type Available, whenKnown } from '../../when-known.ts';
import type { Caller } from '../caller.ts';
import { readGuardedFile } from '../files/guarded-file.ts';
import { createKeyLookup, type KeyLookup, parseKeys } from './api-keys.ts';

/** The API keys that are valid now. */
export interface KeyRing {
  /** The caller of a key; null if the key is not valid. At once, unless the keys are being read again. */
  find(key: string): Available<Caller | null>;
}

export interface KeyRingOptions {
  /** The key file, or its content. */
  readonly keys: { readonly file: string } | { readonly text: string };
  /** Called when the problems of the file change while the gateway runs; with an empty list once it is valid again. */
  readonly onProblems: (problems: readonly string[]) => void;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** How long a revoked key can stay valid. */
const RELOAD_INTERVAL_MS = 1_000;

/**
 * Opens a key ring, or returns the problems of its keys. A lookup reads the file again, at most once a second: that is
 * simpler than watching the file, and works on every file system. If the file has become invalid or is missing, the keys
 * read last stay valid.
 */
export async function openKeyRing({
  keys,
  onProblems,
  now = () => performance.now(),
}: KeyRingOptions): Promise<{ readonly ring: KeyRing } | { readonly problems: readonly string[] }> {
  const first = 'file' in keys ? await readGuardedFile(keys.file) : { text: keys.text };
  if ('problem' in first) return { problems: [first.problem] };
  const parsed = parseKeys(first.text, 'file' in keys ? keys.file : 'GATEWAY_KEYS');
  if ('problems' in parsed) return parsed;
  let lookup: KeyLookup = createKeyLookup(parsed.keys);
  if ('text' in keys) return { ring: { find: lookup } };

  const { file } = keys;
  let lastText = first.text;
  let reported = '';
  let readAt = now();
  let reloading: Promise<void> | null = null;

  async function reload(): Promise<void> {
    const read = await readGuardedFile(file);
    readAt = now();
    if ('problem' in read) return report([read.problem]);
    if (read.text === lastText) return report([]);
    const reparsed = parseKeys(read.text, file);
    if ('problems' in reparsed) return report(reparsed.problems);
    lastText = read.text;
    lookup = createKeyLookup(reparsed.keys);
    report([]);
  }

  function report(problems: readonly string[]): void {
    const text = problems.join('\n');
    if (text !== reported) onProblems(problems);
    reported = text;
  }

  function find(key: string): Available<Caller | null> {
    if (reloading === null && now() - readAt >= RELOAD_INTERVAL_MS) {
      reloading = reload().finally(() => {
        reloading = null;
      });
    }
    return whenKnown(reloading, () => lookup(key));
  }

  return { ring: { find } };
}
