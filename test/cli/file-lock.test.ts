import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFile } from '../../src/cli/file-lock.ts';
import { tempDir } from '../support/temp-dir.ts';

/** No process has this id. */
const ENDED = '99999999';

/** Starts processes that are ready to lock a file. */
async function startProcesses(count: number, file: string): Promise<readonly ChildProcess[]> {
  const processes = Array.from({ length: count }, () =>
    fork(new URL('support/lock-process.ts', import.meta.url), [file]),
  );
  onTestFinished(() => {
    for (const each of processes) each.disconnect();
  });
  await Promise.all(processes.map((each) => once(each, 'message')));
  return processes;
}

/** Tells all processes to do something at once. Returns their answers. */
async function tell(processes: readonly ChildProcess[], order: string): Promise<readonly unknown[]> {
  const answers = processes.map((each) => once(each, 'message'));
  for (const each of processes) each.send(order);
  return (await Promise.all(answers)).map(([answer]) => answer);
}

test('exactly one of many processes takes over the lock of one that has ended', async () => {
  const dir = await tempDir();
  const file = join(dir, 'a');
  const processes = await startProcesses(8, file);
  for (const content of Array.from({ length: 50 }, (_, round) => [ENDED, '', 'x'][round % 3] ?? '')) {
    await writeFile(`${file}.lock`, content);
    const answers = await tell(processes, 'lock');
    expect(answers.filter((answer) => answer === 'has it')).toHaveLength(1);
    const winner = processes[answers.indexOf('has it')];
    expect(await readFile(`${file}.lock`, 'utf8')).toBe(String(winner?.pid));
    await tell(processes, 'release');
    expect(await readdir(dir)).toEqual([]);
  }
});

test('exactly one of many processes takes a lock that no process has', async () => {
  const dir = await tempDir();
  const processes = await startProcesses(8, join(dir, 'a'));
  for (let round = 0; round < 50; round += 1) {
    const answers = await tell(processes, 'lock');
    expect(answers.filter((answer) => answer === 'has it')).toHaveLength(1);
    await tell(processes, 'release');
  }
});

test('a lock that another process is taking is refused, and its message names the file to delete', async () => {
  const file = join(await tempDir(), 'a');
  await writeFile(`${file}.lock.guard`, '');
  expect(lockFile(file, 'tests this file')).toEqual({
    problem: `another process is taking ${file}.lock: try again; if none does, delete ${file}.lock.guard`,
  });
  expect(await readdir(join(file, '..'))).toEqual(['a.lock.guard']);
});
