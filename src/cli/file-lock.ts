import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { errorCode } from '../access/files/guarded-file.ts';

/** A lock that was taken, or why it cannot be. */
export type FileLock = { readonly release: () => Promise<void> } | { readonly problem: string };

/**
 * Keeps a second process from writing the same file. The lock of a process that was killed is taken over, by one process
 * if several try at once: the lock is read and written only by the process that has created a guard file beside it.
 *
 * @param file the file to be written; the lock and its guard are beside it
 * @param work what the process that has the lock does, such as `imports this file`
 * @throws an error of the file system if the lock cannot be created
 */
export function lockFile(file: string, work: string): FileLock {
  const path = `${file}.lock`;
  const guard = `${path}.guard`;
  try {
    closeSync(openSync(guard, 'wx', 0o600));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return { problem: `another process is taking ${path}: try again; if none does, delete ${guard}` };
  }
  // Synchronous, so the guard is there only for a moment: if the process is killed in it, somebody has to delete the guard.
  try {
    const owner = ownerOf(path);
    if (isRunning(owner))
      return { problem: `process ${owner} ${work} already; if that is another program, delete ${path}` };
    rmSync(path, { force: true });
    writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
    return { release: () => rm(path, { force: true }) };
  } finally {
    rmSync(guard, { force: true });
  }
}

/** The process that a lock names. Not a number if there is no lock, or nothing in it that can be read. */
function ownerOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return Number.NaN;
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
