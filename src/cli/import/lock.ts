import { open, readFile, rm } from 'node:fs/promises';
import { errorCode } from '../../access/files/guarded-file.ts';
import { InputProblem } from './input-problem.ts';

/**
 * Keeps a second import from writing the same journal. The lock of a process that was killed is taken over.
 *
 * @returns releases it
 * @throws InputProblem if another process has it, or if it cannot be created
 */
export async function lock(journal: string): Promise<() => Promise<void>> {
  const path = `${journal}.lock`;
  for (let isSecond = false; ; isSecond = true) {
    try {
      await using file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      return () => rm(path, { force: true });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST')
        throw new InputProblem(
          `${path} cannot be used (${errorCode(error)}): name another file by --journal`,
        );
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isSecond || isRunning(owner))
      throw new InputProblem(
        `process ${owner} imports this file already; if that is another program, delete ${path}`,
      );
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
