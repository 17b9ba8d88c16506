import { open } from 'node:fs/promises';
import { errorCode, readGuardedFile } from '../files/guarded-file.ts';

/** Values by key, each of which is forgotten at a time of its own. Replicas of the gateway can share one. */
export interface ExpiringStore {
  /** Whether the values outlive this process. */
  readonly isDurable: boolean;
  get(key: string): Promise<string | null>;
  /** Resolves when the value is kept. @param expiresAt Unix milliseconds */
  set(key: string, value: string, expiresAt: number): Promise<void>;
}

const SWEEP_INTERVAL_MS = 60_000;

/** Creates a store in memory. @param now Unix milliseconds */
export function createMemoryStore(now: () => number): ExpiringStore {
  const entries = new Map<string, { readonly value: string; readonly expiresAt: number }>();
  let sweptAt = now();

  function sweep(): void {
    sweptAt = now();
    for (const [key, { expiresAt }] of entries) if (expiresAt <= sweptAt) entries.delete(key);
  }

  return {
    isDurable: false,
    async get(key) {
      const entry = entries.get(key);
      return entry === undefined || entry.expiresAt <= now() ? null : entry.value;
    },
    async set(key, value, expiresAt) {
      if (now() - sweptAt >= SWEEP_INTERVAL_MS) sweep();
      entries.set(key, { value, expiresAt });
    },
  };
}

/** How long a process waits while another one writes to the same file. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens a store in an SQLite file, which the processes of one machine can share. Creates the file with mode 0600. Returns the
 * problems if it cannot be used.
 *
 * @param name of the variable, for the problems
 * @param now Unix milliseconds
 */
export async function openFileStore(
  name: string,
  file: string,
  now: () => number,
): Promise<{ readonly store: ExpiringStore } | { readonly problems: readonly string[] }> {
  const created = await createPrivately(file);
  if (created !== null) return { problems: [`${name}: ${file} cannot be created (${created})`] };
  const content = await readGuardedFile(file);
  if ('problem' in content) return { problems: [`${name}: ${content.problem}`] };
  // Imported dynamically: most gateways have no such file.
  const { DatabaseSync } = await import('node:sqlite');
  try {
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec(
      'CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID',
    );
    const select = database.prepare('SELECT value FROM entries WHERE key = ? AND expires_at > ?');
    const upsert = database.prepare(
      'INSERT OR REPLACE INTO entries (key, value, expires_at) VALUES (?, ?, ?)',
    );
    const removeExpired = database.prepare('DELETE FROM entries WHERE expires_at <= ?');
    const store: ExpiringStore = {
      isDurable: true,
      async get(key) {
        const row = select.get(key, now());
        return row === undefined ? null : String(row.value);
      },
      async set(key, value, expiresAt) {
        removeExpired.run(now());
        upsert.run(key, value, expiresAt);
      },
    };
    return { store };
  } catch {
    return { problems: [`${name}: ${file} is not an SQLite database that can be written`] };
  }
}

/** Creates a file that only its owner can read, unless it exists. Returns the code of the failure; null if there is none. */
async function createPrivately(file: string): Promise<string | null> {
  try {
    await using _handle = await open(file, 'a', 0o600);
    return null;
  } catch (error) {
    return errorCode(error);
  }
}
