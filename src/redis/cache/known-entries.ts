import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { CacheEntry } from '../../rest/cache/store.ts';
import type { EntryFormat } from './entry-format.ts';

/** An entry that this process has decrypted. */
interface KnownEntry {
  readonly stamp: string;
  readonly json: string;
  /** Unix milliseconds. */
  readonly readAt: number;
}

/** The entries in the memory of this process. Whether one is usable is for the server to say. */
export interface KnownEntries {
  /** The stamp of the entry with this name; empty if there is none. */
  stampOf(name: string): string;
  /**
   * The entry that the server has found usable: the one with this stamp if it answers `=`, or the text that it answers. Null if
   * it cannot be read, which the log tells once.
   */
  read(name: string, answer: string, stamp: string | undefined): CacheEntry | null;
  remember(name: string, entry: KnownEntry): void;
  clear(): void;
  size(): { readonly entries: number; readonly bytes: number };
}

export interface KnownEntriesOptions {
  readonly format: EntryFormat;
  /** Maximum size of all entries, in bytes. The least recently used ones are dropped. */
  readonly maxBytes: number;
  readonly logger: Logger;
  readonly toLocalTime: (server: number) => number;
}

/** Bytes of an entry besides its texts, about. */
const ENTRY_OVERHEAD = 400;
/** V8 keeps a text with one character outside Latin-1 in two bytes per character. */
const BYTES_PER_CHARACTER = 2;

export function createKnownEntries({
  format,
  maxBytes,
  logger,
  toLocalTime,
}: KnownEntriesOptions): KnownEntries {
  const entries = new LRUCache<string, KnownEntry>({
    maxSize: maxBytes,
    sizeCalculation: ({ json }, name) => ENTRY_OVERHEAD + BYTES_PER_CHARACTER * (name.length + json.length),
  });
  let hasTold = false;

  function tellUnreadable(): void {
    if (hasTold) return;
    hasTold = true;
    logger.warn(
      'a value in Redis cannot be read: it was changed, or written by another version or with another key',
    );
  }

  return {
    stampOf: (name) => entries.get(name)?.stamp ?? '',
    read(name, answer, stamp) {
      if (answer === '=') {
        const known = entries.get(name);
        // It can have been dropped or replaced while the server answered.
        return known !== undefined && known.stamp === stamp ? toEntry(known) : null;
      }
      const opened = format.open(name, answer);
      if (opened === null) {
        tellUnreadable();
        return null;
      }
      const entry = { ...opened, readAt: toLocalTime(opened.readAt) };
      entries.set(name, entry);
      return toEntry(entry);
    },
    remember: (name, entry) => void entries.set(name, entry),
    clear: () => entries.clear(),
    size: () => ({ entries: entries.size, bytes: entries.calculatedSize }),
  };
}

/** A copy of its own for each look-up. */
function toEntry({ json, readAt }: KnownEntry): CacheEntry {
  return { value: JSON.parse(json), readAt };
}
