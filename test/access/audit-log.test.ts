import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAuditLog, openAuditLog } from '../../src/access/audit-log.ts';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { tempDir } from '../support/temp-dir.ts';

const ORIGIN = { caller: { ...ANONYMOUS, name: 'shop' }, requestId: 'r1' };
const EVENT = { event: 'write.begun', operation: 'deleteCustomers' } as const;

function eventOn(entityId: number) {
  return { ...EVENT, items: [{ ids: { entityId } }] };
}

async function openLog(file: string) {
  const fatal: object[] = [];
  const opened = await openAuditLog({
    destination: file,
    logger: { fatal: (facts: object) => fatal.push(facts) } as never,
  });
  if ('problems' in opened) throw new Error(opened.problems.join());
  return { ...opened.auditLog, fatal };
}

async function readLines(file: string) {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test('a line contains the caller, the operation, the ids and the outcome', async () => {
  const written: string[] = [];
  const { record } = createAuditLog({
    append: async (text) => void written.push(text),
    onFailure: () => {},
    now: () => new Date('2026-01-02T03:04:05Z'),
  });
  await record(ORIGIN, {
    ...EVENT,
    event: 'write.ended',
    items: [{ ids: { entityId: 7 }, outcome: 'DELETED' }],
  });
  expect(written).toEqual([
    '{"at":"2026-01-02T03:04:05.000Z","event":"write.ended","operation":"deleteCustomers","caller":"shop","kind":"anyone","requestId":"r1","count":1,"items":[{"entityId":7,"outcome":"DELETED"}]}\n',
  ]);
});

test('lines are in the order of the calls, in a file readable by the owner alone', async () => {
  const file = join(await tempDir(), 'audit.log');
  const { record } = await openLog(file);
  await Promise.all(Array.from({ length: 200 }, (_, i) => record(ORIGIN, eventOn(i))));
  expect((await readLines(file)).map(({ items }) => items[0].entityId)).toEqual(
    Array.from({ length: 200 }, (_, i) => i),
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a rotated file is created again', async () => {
  const file = join(await tempDir(), 'audit.log');
  const { record } = await openLog(file);
  await record(ORIGIN, eventOn(1));
  await rename(file, `${file}.1`);
  await record(ORIGIN, eventOn(2));
  expect([(await readLines(`${file}.1`)).length, (await readLines(file)).length]).toEqual([1, 1]);
});

test('a line that cannot be written rejects, and the failure is logged', async () => {
  const file = join(await tempDir(), 'audit.log');
  const { record, fatal } = await openLog(file);
  await rm(file);
  await mkdir(file);
  await expect(record(ORIGIN, eventOn(1))).rejects.toThrow('EISDIR');
  expect(fatal).toEqual([{ code: 'EISDIR' }]);
  await rm(file, { recursive: true });
  await record(ORIGIN, eventOn(2));
  expect((await readLines(file)).map(({ items }) => items)).toEqual([[{ entityId: 2 }]]);
});

test('opening a log that is not writable returns the problem', async () => {
  const destination = join(await tempDir(), 'nowhere', 'audit.log');
  expect(await openAuditLog({ destination, logger: { fatal: () => {} } as never })).toEqual({
    problems: ['AUDIT_LOG is not writable (ENOENT)'],
  });
});
