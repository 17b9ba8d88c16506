/** A cache keyed by document text. Yoga's own cache counts entries, and a few hundred large documents take gigabytes. */
export interface DocumentCache<T> {
  get(text: string): T | undefined;
  set(text: string, value: T): void;
}

// A parsed document takes about 200 times the memory of its text.
const MAX_CHARACTERS = 1_000_000;

/**
 * Creates an LRU cache.
 *
 * @param maxCharacters total length of all keys; beyond it the least recently used entries are evicted
 */
export function createDocumentCache<T>(maxCharacters = MAX_CHARACTERS): DocumentCache<T> {
  const entries = new Map<string, T>();
  let characters = 0;

  function remove(text: string): void {
    if (entries.delete(text)) characters -= text.length;
  }

  return {
    get(text) {
      const value = entries.get(text);
      if (value === undefined) return undefined;
      // A map iterates in insertion order, so inserting again makes this the most recently used entry.
      entries.delete(text);
      entries.set(text, value);
      return value;
    },
    set(text, value) {
      remove(text);
      if (text.length > maxCharacters) return;
      entries.set(text, value);
      characters += text.length;
      for (const oldest of entries.keys()) {
        if (characters <= maxCharacters) return;
        remove(oldest);
      }
    },
  };
}
