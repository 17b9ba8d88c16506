/** Keeps what was made of a document under its text. Yoga's own cache counts entries, and a few hundred large ones are gigabytes. */
export interface DocumentCache<T> {
  get(text: string): T | undefined;
  set(text: string, value: T): void;
}

/** @param maxCharacters of all texts together; who was not asked for the longest goes first. */
export function createDocumentCache<T>(maxCharacters: number): DocumentCache<T> {
  const entries = new Map<string, T>();
  let characters = 0;

  function remove(text: string): void {
    if (entries.delete(text)) characters -= text.length;
  }

  return {
    get(text) {
      const value = entries.get(text);
      if (value === undefined) return undefined;
      // A map keeps its entries in the order in which they came.
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
