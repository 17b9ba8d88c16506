import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAudit, openAudit } from '../../src/access/audit.ts';
import { ANYONE } from '../../src/access/caller.ts';
import { tempDir } from '../support/temp-dir.ts';

const ORIGIN = { caller: { ...ANYONE, name: 'shop' }, requestId: 'r1' };
const DEED = { event: 'write.begun', operation: 'deleteCustomers' } as const;

function deed(entityId: number) {
  return { ...DEED, items: [{ ids: { entityId } }] };
}

async function auditIn(file: string) {
  const fatal: object[] = [];
  const opened = await openAudit({
    destination: file,
    logger: { fatal: (facts: object) => fatal.push(facts) } as never,
  });
  if ('problems' in opened) throw new Error(opened.problems.join());
  return { ...opened.audit, fatal };
}

async function linesOf(file: string) {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test('a line contains the caller, the operation, the ids and the outcome', async () => {
  const written: string[] = [];
  const { tell } = createAudit({
    append: async (text) => void written.push(text),
    onFailure: () => {},
    now: () => new Date('2026-01-02T03:04:05Z'),
  });
  await tell(ORIGIN, {
    ...DEED,
    event: 'write.ended',
    items: [{ ids: { entityId: 7 }, outcome: 'DELETED' }],
  });
  expect(written).toEqual([
    '{"at":"2026-01-02T03:04:05.000Z","event":"write.ended","operation":"deleteCustomers","caller":"shop","kind":"anyone","requestId":"r1","items":[{"entityId":7,"outcome":"DELETED"}]}\n',
  ]);
});

test('lines are in the order of the calls, in a file readable by the owner alone', async () => {
  const file = join(await tempDir(), 'audit.log');
  const { tell } = await auditIn(file);
  await Promise.all(Array.from({ length: 200 }, (_, i) => tell(ORIGIN, deed(i))));
  expect((await linesOf(file)).map(({ items }) => items[0].entityId)).toEqual(
    Array.from({ length: 200 }, (_, i) => i),
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a rotated file is created again', async () => {
  const file = join(await tempDir(), 'audit.log');
  const { tell } = await auditIn(file);
  await tell(ORIGIN, deed(1));
  await rename(file, `${file}.1`);
  await tell(ORIGIN, deed(2));
  expect([(await linesOf(`${file}.1`)).length, (await linesOf(file)).length]).toEqual([1, 1]);
});

test('a line that cannot be written rejects, and the failure is logged', async () => {
  const file = join(await tempDir(), 'audit.log');
  const { tell, fatal } = await auditIn(file);
  await rm(file);
  await mkdir(file);
  await expect(tell(ORIGIN, deed(1))).rejects.toThrow('EISDIR');
  expect(fatal).toEqual([{ code: 'EISDIR' }]);
  await rm(file, { recursive: true });
  await tell(ORIGIN, deed(2));
  expect((await linesOf(file)).map(({ items }) => items)).toEqual([[{ entityId: 2 }]]);
});

test('opening a log that is not writable returns the problem', async () => {
  const destination = join(await tempDir(), 'nowhere', 'audit.log');
  expect(await openAudit({ destination, logger: { fatal: () => {} } as never })).toEqual({
    problems: ['AUDIT_LOG is not writable (ENOENT)'],
  });
});
