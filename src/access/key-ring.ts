import type { Caller } from './caller.ts';
import { readKeysFile } from './key-file.ts';
import { createKeyFinder, type KeyFinder, parseKeys } from './keys.ts';

/** The keys that count now. */
export interface KeyRing {
  /** The caller whose key it is; null where it is nobody's. */
  find(key: string): Promise<Caller | null>;
}

export interface KeyRingOptions {
  /** File that holds the keys, or the text that such a file would hold. */
  readonly keys: { readonly file: string } | { readonly text: string };
  /** Told of each change in what is wrong with the file while the gateway runs; with nothing once it is good again. */
  readonly onFile: (problems: readonly string[]) => void;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

/** How long a key that was revoked may still open the door. */
const REREAD_MS = 1_000;

/**
 * Opens a ring of keys, or answers what is wrong with them. A file is read again when it is asked for a key, at most
 * once a second: that is simpler than watching it, and works on every file system. One that has turned bad, or is gone,
 * leaves the keys that were read before.
 */
export async function openKeyRing({
  keys,
  onFile,
  now = () => performance.now(),
}: KeyRingOptions): Promise<{ readonly ring: KeyRing } | { readonly problems: readonly string[] }> {
  const first = 'file' in keys ? await readKeysFile(keys.file) : { text: keys.text };
  if ('problems' in first) return first;
  const parsed = parseKeys(first.text, 'file' in keys ? keys.file : 'GATEWAY_KEYS');
  if ('problems' in parsed) return parsed;
  let finder: KeyFinder = createKeyFinder(parsed.keys);
  if ('text' in keys) return { ring: { find: async (key) => finder(key) } };

  const { file } = keys;
  let known = first.text;
  let told = '';
  let readAt = now();
  let reading: Promise<void> | null = null;

  async function readAgain(): Promise<void> {
    const read = await readKeysFile(file);
    readAt = now();
    if ('problems' in read) return tell(read.problems);
    if (read.text === known) return tell([]);
    const again = parseKeys(read.text, file);
    if ('problems' in again) return tell(again.problems);
    known = read.text;
    finder = createKeyFinder(again.keys);
    tell([]);
  }

  function tell(problems: readonly string[]): void {
    const news = problems.join('\n');
    if (news !== told) onFile(problems);
    told = news;
  }

  async function find(key: string): Promise<Caller | null> {
    if (reading === null && now() - readAt >= REREAD_MS) {
      reading = readAgain().finally(() => {
        reading = null;
      });
    }
    await reading;
    return finder(key);
  }

  return { ring: { find } };
}
