import { open, rename, rm } from 'node:fs/promises';
import { errorCode, readGuardedFile } from '../files/guarded-file.ts';
import { parseKeys, type StoredKey } from './api-keys.ts';

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
  const read = await readGuardedFile(file);
  // An unreadable file must not be overwritten.
  if ('problem' in read && !read.isMissing) return { problems: [read.problem] };
  const parsed = 'text' in read ? parseKeys(read.text, file) : { keys: [] };
  if ('problems' in parsed) return parsed;
  const keys = edit(parsed.keys);
  return typeof keys === 'string' ? { problems: [keys] } : { keys };
}
