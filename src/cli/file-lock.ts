import { open, readFile, rm } from 'node:fs/promises';
import { errorCode } from '../access/files/guarded-file.ts';

/** A lock that was taken, or why it cannot be. */
export type FileLock = { readonly release: () => Promise<void> } | { readonly problem: string };

/**
 * Keeps a second process from writing the same file. The lock of a process that was killed is taken over.
 *
 * @param file the file to be written; the lock is beside it
 * @param work what the process that has the lock does, such as `imports this file`
 * @throws an error of the file system if the lock cannot be created
 */
export async function lockFile(file: string, work: string): Promise<FileLock> {
  const path = `${file}.lock`;
  for (let isSecond = false; ; isSecond = true) {
    try {
      await using lock = await open(path, 'wx', 0o600);
      await lock.writeFile(String(process.pid));
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isSecond || isRunning(owner))
      return {
        problem: `process ${owner} ${work} already; if that is another program, delete ${path}`,
      };
    await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    // Sends no signal: it only asks whether the process is there.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
