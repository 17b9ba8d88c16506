import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { CacheEntry, CacheFill, CacheStore, Tag } from '../../rest/cache/store.ts';
import type { RedisConnection } from '../connection.ts';
import type { KeyNames } from '../key-names.ts';
import { createEntryFormat } from './entry-format.ts';
import type { Envelope } from './envelope.ts';
import { createKnownEntries } from './known-entries.ts';
import { createCacheServer } from './server.ts';

export interface RedisStoreOptions {
  readonly connection: RedisConnection;
  readonly names: KeyNames;
  readonly envelope: Envelope;
  readonly logger: Logger;
  /** Maximum size of what this process keeps in memory, in bytes. */
  readonly maxBytes: number;
  /** Time for which an entry is kept, in milliseconds. */
  readonly keepMs: number;
  /** Milliseconds for which tags are held, at most. */
  readonly longestHoldMs: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** A clock that is never set, in milliseconds. @default performance.now */
  readonly monotonic?: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A store whose server trusts this process as long as it renews its lease. */
export interface RedisStore extends CacheStore {
  /** To be called about twice a second. Never rejects. */
  renew(): Promise<void>;
  /** Says that this process writes no more. Never rejects. */
  leave(): Promise<void>;
}

/**
 * What the server says about a key: null if its value cannot be read, `lease` if this process is to read it from the store,
 * `wait` if another one does.
 */
type Answer = CacheEntry | null | 'lease' | 'wait';

/** Milliseconds for which others wait for what a process reads, at most. */
const LEASE_MS = 2_000;
/** Milliseconds for which this process waits for what another one reads, and between two looks. */
const WAIT_MS = 500;
const LOOK_MS = 25;

/**
 * Keeps entries in Redis, encrypted, for all replicas. Each look-up asks the server, which compares the versions: what it has
 * invalidated for one replica is unusable for all of them from then on. Memory saves the transfer and the decryption alone.
 */
export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { connection, names, envelope, logger, maxBytes, keepMs, longestHoldMs, now, sleep } = options;
  const { monotonic = () => performance.now() } = options;
  const processId = randomUUID();
  const format = createEntryFormat(envelope);
  const listeners: ((tags: readonly Tag[]) => void)[] = [];
  const tagName = (tag: Tag) => names.hashed('tag', tag).slice(-43);
  const entryName = (key: string) => names.hashed('entry', key);
  const leaseName = (entry: string) => names.plain('lease') + entry.slice(names.plain('entry').length);
  const { run, miss, renew, leave, versions } = createCacheServer({
    ...{ connection, processId, stateKey: names.plain('cache'), longestHoldMs, now, monotonic, sleep },
    onForeignInvalidation: noteForeign,
  });
  const memory = createKnownEntries({ format, maxBytes, logger, toLocalTime: versions.toLocalTime });
  connection.onChange(memory.clear);
  let isNoted = false;

  function notify(tags: readonly Tag[]): void {
    for (const listener of listeners) listener(tags);
  }

  /**
   * Another process has invalidated something, or may have, so no later read may join one that has begun. Those that begin in the
   * same turn of the event loop may be shared: a write that one of them has to see was acknowledged before that turn.
   */
  function noteForeign(): void {
    if (isNoted) return;
    isNoted = true;
    setImmediate(() => {
      isNoted = false;
    });
    notify([]);
  }

  async function look(keys: readonly string[], willRead: boolean): Promise<readonly Answer[]> {
    const entries = keys.map(entryName);
    const stamps = entries.map(memory.stampOf);
    const args = [processId, willRead ? String(LEASE_MS) : '0', ...stamps];
    const answers = await run('get', [...entries, ...entries.map(leaseName)], args);
    return entries.map((name, index) => {
      const answer = answers[index] ?? 'lease';
      return answer === 'lease' || answer === 'wait' ? answer : memory.read(name, answer, stamps[index]);
    });
  }

  return {
    version: versions.current,
    async getMany(keys, willRead = true) {
      try {
        const found = [...(await look(keys, willRead))];
        const until = now() + WAIT_MS;
        // A process that holds leases itself does not wait: two could wait for each other.
        while (found.includes('wait') && !found.includes('lease') && now() < until) {
          await sleep(LOOK_MS);
          const waiting = found.flatMap((answer, index) => (answer === 'wait' ? [index] : []));
          const again = await look(
            waiting.map((index) => keys[index] ?? ''),
            willRead,
          );
          for (const [place, index] of waiting.entries()) found[index] = again[place] ?? 'lease';
        }
        return found.map((answer) => (answer === 'lease' || answer === 'wait' ? null : answer));
      } catch {
        noteForeign();
        return keys.map(() => null);
      }
    },
    async setMany(fills: readonly CacheFill[], { readAt, version }) {
      const began = versions.at(version);
      if (began === null || fills.length === 0) return;
      const sealed = fills.map(({ key, value, tags }) => {
        const name = entryName(key);
        const entry = { ...began, readAt: versions.toServerTime(readAt), tags: tags.map(tagName) };
        return {
          name,
          lease: leaseName(name),
          json: JSON.stringify(value),
          ...format.seal(name, value, entry),
        };
      });
      const keys = [...sealed.map(({ name }) => name), ...sealed.map(({ lease }) => lease)];
      const values = sealed.map(({ text }) => text);
      try {
        await run('set', keys, [String(Math.max(1, Math.ceil(keepMs))), ...values]);
        // Whether it is usable is for the server to say: it was stored only then.
        for (const { name, stamp, json } of sealed) memory.remember(name, { stamp, json, readAt });
      } catch {
        // It is read again.
      }
    },
    async invalidate(tags, holdMs = 0) {
      versions.advance();
      try {
        await run('invalidate', [], [String(Math.ceil(holdMs)), ...tags.map(tagName)]);
      } catch {
        await miss();
      }
      notify(tags);
    },
    onInvalidation: (listener) => void listeners.push(listener),
    size: memory.size,
    renew: () => renew().catch(() => {}),
    leave: () => leave().catch(() => {}),
  };
}
