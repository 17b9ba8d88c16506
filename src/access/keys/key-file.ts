import { open, readFile, rename, rm } from 'node:fs/promises';
import { parseKeys, type StoredKey } from './api-keys.ts';

/** The content of a key file, or why it cannot be read. */
export type KeyFileContent =
  | { readonly text: string }
  | { readonly problems: readonly string[]; readonly isMissing: boolean };

/** Reads a key file without parsing it. */
export async function readKeyFile(file: string): Promise<KeyFileContent> {
  try {
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    const isMissing = errorCode(error) === 'ENOENT';
    const problem = isMissing ? `${file} does not exist` : `${file} cannot be read (${errorCode(error)})`;
    return { problems: [problem], isMissing };
  }
}

/**
 * Updates a key file atomically, or creates it with mode 0600. Only one process can update it at a time. Returns the
 * problems; none if the update succeeded.
 * @param edit returns the new keys, or why nothing can be changed
 */
export async function updateKeyFile(
  file: string,
  edit: (keys: readonly StoredKey[]) => readonly StoredKey[] | string,
): Promise<readonly string[]> {
  // The new file is also the lock: `wx` fails if it exists.
  const next = `${file}.new`;
  let holdsLock = false;
  try {
    await using handle = await open(next, 'wx', 0o600);
    holdsLock = true;
    const keys = await applyEdit(file, edit);
    if ('problems' in keys) return keys.problems;
    await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await handle.sync();
    await rename(next, file);
    holdsLock = false;
    return [];
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') return [`${next} is not writable (${errorCode(error)})`];
    return [
      `${next} exists: another process is updating the keys, or one crashed. If none is running, delete it.`,
    ];
  } finally {
    if (holdsLock) await rm(next, { force: true });
  }
}

async function applyEdit(
  file: string,
  edit: (keys: readonly StoredKey[]) => readonly StoredKey[] | string,
): Promise<{ readonly keys: readonly StoredKey[] } | { readonly problems: readonly string[] }> {
  const read = await readKeyFile(file);
  // An unreadable file must not be overwritten.
  if ('problems' in read && !read.isMissing) return read;
  const parsed = 'text' in read ? parseKeys(read.text, file) : { keys: [] };
  if ('problems' in parsed) return parsed;
  const keys = edit(parsed.keys);
  return typeof keys === 'string' ? { problems: [keys] } : { keys };
}

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
