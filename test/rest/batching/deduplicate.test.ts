import { expect, test } from 'vitest';
import type { Lane } from '../../../src/governor/lanes.ts';
import { deduplicate } from '../../../src/rest/batching/deduplicate.ts';
import type { RestCall } from '../../../src/rest/client/call.ts';
import { createCallLog } from '../../../src/rest/client/call-log.ts';
import { testCall, testRequester } from '../../support/rest-calls.ts';

/** A deduplicating layer over reads that the test completes. */
function manualReads() {
  const started: { end: (value: string) => void; fail: (error: Error) => void; call: RestCall }[] = [];
  const period = { number: 0 };
  const read = deduplicate(period, (call) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    call.signal?.addEventListener('abort', () => reject(call.signal?.reason));
    started.push({ end: resolve, fail: reject, call });
    return promise;
  });
  return { started, period, read };
}

const callOf = (signal: AbortSignal) => testCall({ requester: testRequester({ signal }) });

test('callers share a read in flight; a later caller starts a new one', async () => {
  const { started, read } = manualReads();
  const callLog = createCallLog();
  const both = [read(testCall()), read(testCall({ requester: testRequester({ callLog }) }))];
  expect(started).toHaveLength(1);
  started[0]?.end('first');
  expect(await Promise.all(both)).toEqual(['first', 'first']);
  expect(callLog.coalesced).toBe(1);
  const later = read(testCall());
  expect(started).toHaveLength(2);
  started[1]?.end('second');
  expect(await later).toBe('second');
});

test.each<[string, Partial<RestCall>]>([
  ['path', { path: '/customers/addresses' }],
  ['parameter', { parameters: [['page', '2']] }],
  ['include', { include: ['addresses'] }],
  ['number of pages', { allPages: true }],
])('reads with another %s are not shared', async (_name, change) => {
  const { started, read } = manualReads();
  const answers = [read(testCall()), read(testCall(change))];
  expect(started).toHaveLength(2);
  started[0]?.end('a');
  started[1]?.end('b');
  expect(await Promise.all(answers)).toEqual(['a', 'b']);
});

test('a read that settles a write is not shared', () => {
  const { started, read } = manualReads();
  const { origin, callLog } = testRequester();
  void read(testCall({ requester: { origin, callLog } }));
  void read(testCall({ requester: { origin, callLog } }));
  expect(started).toHaveLength(2);
});

test('a failed read fails all its callers; a later caller starts a new one', async () => {
  const { started, read } = manualReads();
  const both = [read(testCall()), read(testCall())];
  started[0]?.fail(new Error('down'));
  for (const end of await Promise.allSettled(both))
    expect(end).toMatchObject({ reason: { message: 'down' } });
  void read(testCall());
  expect(started).toHaveLength(2);
});

test('a read is aborted when its last caller aborts', async () => {
  const { started, read } = manualReads();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = read(callOf(one.signal));
  const second = read(callOf(other.signal));
  one.abort(new Error('the first left'));
  await expect(first).rejects.toThrow('the first left');
  expect(started[0]?.call.signal?.aborted).toBe(false);
  other.abort(new Error('the second left'));
  await expect(second).rejects.toThrow('the second left');
  expect(started[0]?.call.signal?.aborted).toBe(true);
});

test('a caller does not join a read that is being aborted', async () => {
  const { started, read } = manualReads();
  const controller = new AbortController();
  const first = read(callOf(controller.signal));
  controller.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  const next = read(testCall());
  expect(started).toHaveLength(2);
  started[1]?.end('fresh');
  expect(await next).toBe('fresh');
});

test('a caller does not join a read that started before a write', async () => {
  const { started, period, read } = manualReads();
  const before = read(testCall());
  period.number += 1;
  const after = read(testCall());
  expect(started).toHaveLength(2);
  started[0]?.end('old');
  started[1]?.end('new');
  expect(await before).toBe('old');
  expect(await after).toBe('new');
});

test('an aborted caller starts no read', async () => {
  const { started, read } = manualReads();
  await expect(read(callOf(AbortSignal.abort(new Error('gone'))))).rejects.toThrow('gone');
  expect(started).toHaveLength(0);
});

test('a shared read takes the best lane and the latest deadline of its callers', () => {
  const { started, read } = manualReads();
  const requestBy = (lane: Lane, deadlineAt: number) =>
    void read(testCall({ requester: testRequester({ origin: { caller: lane, lane, deadlineAt } }) }));
  requestBy('bulk', 5_000);
  requestBy('interactive', 1_000);
  requestBy('standard', 9_000);
  expect(started).toHaveLength(1);
  expect(started[0]?.call.requester.origin).toMatchObject({
    caller: 'bulk',
    lane: 'interactive',
    deadlineAt: 9_000,
  });
});
