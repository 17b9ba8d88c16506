import { constants } from 'node:fs';
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import { errorCode } from '../../access/files/guarded-file.ts';

/** The file of an export. Only its owner can read it, from its creation on. */
export interface Output {
  /** Writes a page. If that fails, the file ends with the page before. @throws an error of the file system */
  append(page: Buffer): Promise<void>;
  /** Its length after the last page, in bytes. */
  readonly bytes: () => number;
  close(): Promise<void>;
}

/** Why a file cannot be written, before anything is. Null if it can. @param replace whether a file that exists is replaced */
export async function outputProblem(file: string, replace: boolean): Promise<string | null> {
  try {
    const found = await lstat(file);
    // Another could have made the link, to a file that only the user of the command can write.
    if (found.isSymbolicLink()) return `${file} is a symbolic link: name the file itself`;
    if (!found.isFile()) return `${file} is no regular file`;
    return replace ? null : `${file} exists already: --force replaces it`;
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? null : `${file} cannot be written (${errorCode(error)})`;
  }
}

/** Creates the file, in place of the one that is there. @throws an error of the file system */
export async function createOutput(file: string): Promise<Output> {
  // A file that exists has the mode that it has, and could be open in another program.
  await unlink(file).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  return outputTo(await open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), 0);
}

/** Opens the file to go on after its last complete page. @throws an error of the file system */
export async function reopenOutput(
  file: string,
  bytes: number,
): Promise<{ readonly output: Output } | { readonly problem: string }> {
  const handle = await open(file, constants.O_WRONLY | constants.O_NOFOLLOW);
  const found = await handle.stat();
  if (found.isFile() && found.size >= bytes) {
    await handle.truncate(bytes);
    return { output: outputTo(handle, bytes) };
  }
  await handle.close();
  return {
    problem: `${file} is shorter than the journal of the export says, so it was changed since: --force begins anew`,
  };
}

/** Writes pages to an open file. @param start where the first page begins, in bytes */
export function outputTo(handle: FileHandle, start: number): Output {
  let end = start;
  return {
    async append(page) {
      try {
        for (let done = 0; done < page.length; ) {
          const { bytesWritten } = await handle.write(page, done, page.length - done, end + done);
          done += bytesWritten;
        }
        // The journal must not be ahead of the file, even if the machine stops.
        await handle.datasync();
      } catch (error) {
        await handle.truncate(end).catch(() => {});
        throw error;
      }
      end += page.length;
    },
    bytes: () => end,
    close: () => handle.close(),
  };
}
