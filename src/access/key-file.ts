import { open, readFile, rename, rm } from 'node:fs/promises';
import { parseKeys, type StoredKey } from './keys.ts';

/** The text of a file of keys, or why it cannot be read. */
export type KeysFile =
  | { readonly text: string }
  | { readonly problems: readonly string[]; readonly isMissing: boolean };

export async function readKeysFile(file: string): Promise<KeysFile> {
  try {
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT';
    const problem = isMissing ? `${file} is not there` : `${file} cannot be read (${codeOf(error)})`;
    return { problems: [problem], isMissing };
  }
}

/**
 * Changes a file of keys, or makes it: all of it or nothing, one change at a time, for its owner's eyes. Answers what went wrong.
 * @param edit answers the keys that are to be, or why there is nothing to change
 */
export async function changeKeysFile(
  file: string,
  edit: (keys: readonly StoredKey[]) => readonly StoredKey[] | string,
): Promise<readonly string[]> {
  // What will take the place of the file keeps others from changing it meanwhile.
  const next = `${file}.new`;
  let isOurs = false;
  try {
    await using handle = await open(next, 'wx', 0o600);
    isOurs = true;
    const keys = await editedKeys(file, edit);
    if ('problems' in keys) return keys.problems;
    await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await handle.sync();
    await rename(next, file);
    isOurs = false;
    return [];
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return [`${next} cannot be written (${codeOf(error)})`];
    return [`${next} is there: someone is changing the keys, or was cut off; delete it where nobody is`];
  } finally {
    if (isOurs) await rm(next, { force: true });
  }
}

async function editedKeys(
  file: string,
  edit: (keys: readonly StoredKey[]) => readonly StoredKey[] | string,
): Promise<{ readonly keys: readonly StoredKey[] } | { readonly problems: readonly string[] }> {
  const read = await readKeysFile(file);
  // What cannot be understood must not be written over.
  if ('problems' in read && !read.isMissing) return read;
  const parsed = 'text' in read ? parseKeys(read.text, file) : { keys: [] };
  if ('problems' in parsed) return parsed;
  const keys = edit(parsed.keys);
  return typeof keys === 'string' ? { problems: [keys] } : { keys };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
