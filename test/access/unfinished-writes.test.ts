import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openAuditLog } from '../../src/access/audit-log.ts';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { findUnfinishedWrites } from '../../src/access/unfinished-writes.ts';
import { tempDir } from '../support/temp-dir.ts';

let file: string;
beforeEach(async () => {
  file = join(await tempDir(), 'audit.log');
});

function entry(event: string, requestId: string, operation = 'createCustomers'): string {
  const items = [{ email: 'email:hash' }];
  const at = '2026-01-02T03:04:05.678Z';
  return `${JSON.stringify({ at, event, operation, caller: 'shop', kind: 'key', requestId, count: 1, items })}\n`;
}

async function openLog() {
  const lines: object[] = [];
  const logger = { fatal: () => {}, warn: (line: object) => lines.push(line) };
  const opened = await openAuditLog({ destination: file, logger: logger as never });
  if ('problems' in opened) throw new Error(opened.problems.join());
  return { lines, auditLog: opened.auditLog };
}

test('finds the writes that were begun and never ended', async () => {
  await writeFile(
    file,
    [
      entry('write.begun', 'done'),
      entry('write.begun', 'twice'),
      entry('write.begun', 'twice'),
      entry('read', 'reader'),
      entry('write.ended', 'done'),
      entry('write.begun', 'cut', 'deleteCustomers'),
      entry('write.ended', 'twice'),
    ].join(''),
  );
  const { writes, endsMidLine } = await findUnfinishedWrites(file);
  expect(writes.map(({ requestId, operation }) => [requestId, operation])).toEqual([
    ['twice', 'createCustomers'],
    ['cut', 'deleteCustomers'],
  ]);
  expect(endsMidLine).toBe(false);
});

test('reads only the end of a large log', async () => {
  const long = entry('write.begun', 'old').replace('email:hash', 'x'.repeat(4_000_000));
  await writeFile(file, long + entry('write.begun', 'new'));
  const { writes } = await findUnfinishedWrites(file);
  expect(writes.map(({ requestId }) => requestId)).toEqual(['new']);
});

test('finds nothing in a missing file', async () => {
  expect(await findUnfinishedWrites(file)).toEqual({ writes: [], endsMidLine: false });
});

test('a start lists such writes once, records them, and ends a line that was cut off', async () => {
  await writeFile(file, `${entry('write.begun', 'cut')}{"at":"2026-01`);
  const { lines, auditLog } = await openLog();
  expect(lines).toEqual([
    {
      begunAt: '2026-01-02T03:04:05.678Z',
      operation: 'createCustomers',
      caller: 'shop',
      kind: 'key',
      requestId: 'cut',
      count: 1,
      items: [{ email: 'email:hash' }],
    },
  ]);
  expect((await openLog()).lines).toEqual([]);
  await auditLog.record(
    { caller: ANONYMOUS, requestId: 'later' },
    { event: 'read', operation: 'x', items: [] },
  );
  const events = (await readFile(file, 'utf8'))
    .split('\n')
    .flatMap((line) => /"event":"([\w.]+)"/.exec(line)?.[1] ?? []);
  expect(events).toEqual(['write.begun', 'write.interrupted', 'read']);
});
