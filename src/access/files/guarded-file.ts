import { open } from 'node:fs/promises';

/** The content of a file, or why it cannot be used. */
export type FileContent =
  | { readonly text: string }
  | { readonly problem: string; readonly isMissing: boolean };

/**
 * Reads a file that decides who gets in. Only its owner and group may be able to change it. Being readable by everybody
 * is no problem: orchestrators mount secrets that way.
 */
export async function readGuardedFile(file: string): Promise<FileContent> {
  try {
    await using handle = await open(file, 'r');
    const { mode } = await handle.stat();
    if (process.platform !== 'win32' && (mode & WRITABLE_BY_OTHERS) !== 0)
      return { problem: `${file} is writable by everybody`, isMissing: false };
    return { text: await handle.readFile('utf8') };
  } catch (error) {
    const code = errorCode(error);
    const isMissing = code === 'ENOENT';
    return { problem: isMissing ? `${file} does not exist` : `${file} cannot be read (${code})`, isMissing };
  }
}

/** The code of a file error, such as `ENOENT`. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

const WRITABLE_BY_OTHERS = 0o002;
