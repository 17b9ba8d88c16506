import { expect, test } from 'vitest';
import { createFlights } from '../../src/governor/flights.ts';

/** A read that ends when the test says so, and notes how often it was made and whether it was given up. */
function slowRead() {
  const made: { end: (value: string) => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  const start = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      made.push({ end: resolve, fail: reject, signal });
    });
  return { made, start };
}

const staying = () => new AbortController().signal;

test('makes one read for all who ask while it is in flight, and a new one afterwards', async () => {
  const flights = createFlights();
  const { made, start } = slowRead();
  const both = [flights.join('a', staying(), start), flights.join('a', staying(), start)];
  expect(made).toHaveLength(1);
  made[0]?.end('first');
  expect(await Promise.all(both)).toEqual([
    { value: 'first', shared: false },
    { value: 'first', shared: true },
  ]);
  const later = flights.join('a', staying(), start);
  expect(made).toHaveLength(2);
  made[1]?.end('second');
  expect(await later).toEqual({ value: 'second', shared: false });
});

test('keeps different reads apart', async () => {
  const flights = createFlights();
  const { made, start } = slowRead();
  const answers = [flights.join('a', staying(), start), flights.join('b', staying(), start)];
  expect(made).toHaveLength(2);
  made[0]?.end('a');
  made[1]?.end('b');
  expect((await Promise.all(answers)).map(({ value }) => value)).toEqual(['a', 'b']);
});

test('tells its failure to everyone who waits, and to nobody who comes later', async () => {
  const flights = createFlights();
  const { made, start } = slowRead();
  const both = [flights.join('a', staying(), start), flights.join('a', staying(), start)];
  made[0]?.fail(new Error('down'));
  for (const end of await Promise.allSettled(both))
    expect(end).toMatchObject({ reason: { message: 'down' } });
  void flights.join('a', staying(), start);
  expect(made).toHaveLength(2);
});

test('lives while someone waits, and ends with the last who leaves', async () => {
  const flights = createFlights();
  const { made, start } = slowRead();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = flights.join('a', one.signal, start);
  const second = flights.join('a', other.signal, start);
  one.abort(new Error('the first left'));
  await expect(first).rejects.toThrow('the first left');
  expect(made[0]?.signal.aborted).toBe(false);
  other.abort(new Error('the second left'));
  await expect(second).rejects.toThrow('the second left');
  expect(made[0]?.signal.aborted).toBe(true);
});

test('lets nobody board a read that is being given up', async () => {
  const flights = createFlights();
  const { made, start } = slowRead();
  const leaving = new AbortController();
  const first = flights.join('a', leaving.signal, start);
  leaving.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  const next = flights.join('a', staying(), start);
  expect(made).toHaveLength(2);
  made[1]?.end('fresh');
  expect((await next).value).toBe('fresh');
});

test('lets nobody board what was in flight before a write', async () => {
  const flights = createFlights();
  const { made, start } = slowRead();
  const before = flights.join('a', staying(), start);
  flights.close();
  const after = flights.join('a', staying(), start);
  expect(made).toHaveLength(2);
  made[0]?.end('old');
  made[1]?.end('new');
  expect((await before).value).toBe('old');
  expect((await after).value).toBe('new');
});

test('starts nothing for a caller who has left already', async () => {
  const flights = createFlights();
  const { made, start } = slowRead();
  await expect(flights.join('a', AbortSignal.abort(new Error('gone')), start)).rejects.toThrow('gone');
  expect(made).toHaveLength(0);
});
