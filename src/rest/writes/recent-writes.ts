/** Memory of the writes of all requests, which tells what an item's own attempts cannot have done. */
export interface RecentWrites {
  /** Begins to watch the records under these keys, until `end`. */
  watch(keys: readonly string[]): WriteWatch;
  /** Whether the last write that was acknowledged for a key left a record there. */
  isThere(key: string): boolean;
  /** Whether a write watches the records under a key. */
  isBeingWritten(key: string): boolean;
  /** The highest id that was seen of a kind of record. New ids are above it. Null if none is known. */
  highestId(entity: string): number | null;
  /** Takes note of an id that the store has given out. */
  noteId(entity: string, id: number): void;
  /** Takes note that new ids are not above the others, so that ids tell nothing. */
  distrustIds(entity: string): void;
  /** Reads the highest id, once for all requests. @param read null, or an error, if it could not be read */
  learnHighestId(entity: string, read: () => Promise<number | null>): Promise<void>;
  /** Whether ids tell which records are new: `unread` until the highest one was read, `distrusted` if they do not. */
  idState(entity: string): IdState;
}

export type IdState = 'unread' | 'known' | 'distrusted';

/** One write's view of the other writes of the same records. */
export interface WriteWatch {
  /** Whether another write of one of the records was acknowledged since. */
  isSuperseded(): boolean;
  /**
   * Milliseconds from the last acknowledged write of a record to the begin of this one, if the store gave the record this
   * date then. Null if it did not.
   */
  msSince(date: Date): number | null;
  /** Takes note that the store has done this write. */
  acknowledge(write: AcknowledgedWrite): void;
  end(): void;
}

export interface AcknowledgedWrite {
  /** The record's date of change, if it has one. */
  readonly updatedAt: Date | null;
  /** Whether the record is gone now. */
  readonly isDeleted: boolean;
  /** Another key of the record, such as its new id. */
  readonly key?: string | undefined;
}

interface Entry {
  /** Acknowledged writes. */
  version: number;
  /** Writes that watch it: until they have ended it is kept. */
  watchers: number;
  updatedAt: number | null;
  acknowledgedAt: number;
  isThere: boolean;
}

/** Maximum number of records that are remembered although no write watches them. */
const MAX_ENTRIES = 10_000;

export interface RecentWritesOptions {
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** @default 10,000 */
  readonly maxEntries?: number;
}

export function createRecentWrites({ now, maxEntries = MAX_ENTRIES }: RecentWritesOptions): RecentWrites {
  const entries = new Map<string, Entry>();
  const highest = new Map<string, number>();
  const distrusted = new Set<string>();
  const learned = new Map<string, Promise<void>>();

  function entryOf(key: string): Entry {
    const entry = entries.get(key) ?? { ...NEVER_WRITTEN };
    // The order of the map is that of the last use.
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  }

  function forgetOldest(): void {
    for (const [key, { watchers }] of entries) {
      if (entries.size <= maxEntries) return;
      if (watchers === 0) entries.delete(key);
    }
  }

  function watch(keys: readonly string[]): WriteWatch {
    const watched = keys.map(entryOf);
    const own = new Map(watched.map((entry) => [entry, entry.version]));
    for (const entry of watched) entry.watchers += 1;
    const begunAt = now();
    const earlier = watched.map(({ updatedAt, acknowledgedAt }) => ({ updatedAt, acknowledgedAt }));
    return {
      isSuperseded: () => watched.some((entry) => entry.version !== own.get(entry)),
      msSince(date) {
        const entry = earlier.find(({ updatedAt }) => updatedAt === date.getTime());
        return entry === undefined ? null : begunAt - entry.acknowledgedAt;
      },
      acknowledge({ updatedAt, isDeleted, key }) {
        const others = key === undefined || keys.includes(key) ? [] : [entryOf(key)];
        for (const entry of [...watched, ...others]) {
          entry.version += 1;
          entry.updatedAt = updatedAt?.getTime() ?? null;
          entry.acknowledgedAt = now();
          entry.isThere = !isDeleted;
          own.set(entry, (own.get(entry) ?? 0) + 1);
        }
      },
      end() {
        for (const entry of watched) entry.watchers -= 1;
        forgetOldest();
      },
    };
  }

  async function learn(entity: string, read: () => Promise<number | null>): Promise<void> {
    const id = await read()
      .catch(read)
      .catch(() => null);
    if (id !== null) note(entity, id);
    else learned.delete(entity);
  }

  function note(entity: string, id: number): void {
    highest.set(entity, Math.max(highest.get(entity) ?? 0, id));
  }

  return {
    watch,
    isThere: (key) => entries.get(key)?.isThere === true,
    isBeingWritten: (key) => (entries.get(key)?.watchers ?? 0) > 0,
    highestId: (entity) => (distrusted.has(entity) ? null : (highest.get(entity) ?? null)),
    noteId: note,
    distrustIds(entity) {
      distrusted.add(entity);
    },
    idState(entity) {
      if (distrusted.has(entity)) return 'distrusted';
      return highest.has(entity) || learned.has(entity) ? 'known' : 'unread';
    },
    learnHighestId(entity, read) {
      if (highest.has(entity)) return Promise.resolve();
      const reading = learned.get(entity) ?? learn(entity, read);
      learned.set(entity, reading);
      return reading;
    },
  };
}

const NEVER_WRITTEN: Entry = {
  version: 0,
  watchers: 0,
  updatedAt: null,
  acknowledgedAt: Number.NEGATIVE_INFINITY,
  isThere: false,
};
