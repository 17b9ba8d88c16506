import { expect, test } from 'vitest';
import { createSingleflight } from '../../../src/rest/batching/singleflight.ts';

/** A read that the test completes. Records how often it was started, and its signals. */
function manualRead() {
  const started: { end: (value: string) => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  const start = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      started.push({ end: resolve, fail: reject, signal });
    });
  return { started, start };
}

const neverAborted = () => new AbortController().signal;

test('callers share a read in flight; a later caller starts a new one', async () => {
  const singleflight = createSingleflight();
  const { started, start } = manualRead();
  const both = [singleflight.run('a', neverAborted(), start), singleflight.run('a', neverAborted(), start)];
  expect(started).toHaveLength(1);
  started[0]?.end('first');
  expect(await Promise.all(both)).toEqual([
    { value: 'first', shared: false },
    { value: 'first', shared: true },
  ]);
  const later = singleflight.run('a', neverAborted(), start);
  expect(started).toHaveLength(2);
  started[1]?.end('second');
  expect(await later).toEqual({ value: 'second', shared: false });
});

test('reads with different keys are not shared', async () => {
  const singleflight = createSingleflight();
  const { started, start } = manualRead();
  const answers = [
    singleflight.run('a', neverAborted(), start),
    singleflight.run('b', neverAborted(), start),
  ];
  expect(started).toHaveLength(2);
  started[0]?.end('a');
  started[1]?.end('b');
  expect((await Promise.all(answers)).map(({ value }) => value)).toEqual(['a', 'b']);
});

test('a failed read fails all its callers; a later caller starts a new one', async () => {
  const singleflight = createSingleflight();
  const { started, start } = manualRead();
  const both = [singleflight.run('a', neverAborted(), start), singleflight.run('a', neverAborted(), start)];
  started[0]?.fail(new Error('down'));
  for (const end of await Promise.allSettled(both))
    expect(end).toMatchObject({ reason: { message: 'down' } });
  void singleflight.run('a', neverAborted(), start);
  expect(started).toHaveLength(2);
});

test('a read is aborted when its last caller aborts', async () => {
  const singleflight = createSingleflight();
  const { started, start } = manualRead();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = singleflight.run('a', one.signal, start);
  const second = singleflight.run('a', other.signal, start);
  one.abort(new Error('the first left'));
  await expect(first).rejects.toThrow('the first left');
  expect(started[0]?.signal.aborted).toBe(false);
  other.abort(new Error('the second left'));
  await expect(second).rejects.toThrow('the second left');
  expect(started[0]?.signal.aborted).toBe(true);
});

test('a caller does not join a read that is being aborted', async () => {
  const singleflight = createSingleflight();
  const { started, start } = manualRead();
  const controller = new AbortController();
  const first = singleflight.run('a', controller.signal, start);
  controller.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  const next = singleflight.run('a', neverAborted(), start);
  expect(started).toHaveLength(2);
  started[1]?.end('fresh');
  expect((await next).value).toBe('fresh');
});

test('a caller does not join a read that started before a write', async () => {
  const singleflight = createSingleflight();
  const { started, start } = manualRead();
  const before = singleflight.run('a', neverAborted(), start);
  singleflight.forgetAll();
  const after = singleflight.run('a', neverAborted(), start);
  expect(started).toHaveLength(2);
  started[0]?.end('old');
  started[1]?.end('new');
  expect((await before).value).toBe('old');
  expect((await after).value).toBe('new');
});

test('an aborted caller starts no read', async () => {
  const singleflight = createSingleflight();
  const { started, start } = manualRead();
  await expect(singleflight.run('a', AbortSignal.abort(new Error('gone')), start)).rejects.toThrow('gone');
  expect(started).toHaveLength(0);
});
