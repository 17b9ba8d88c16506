import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { chunkKeys, itemsOrThrow, readInChunks } from '../../../src/rest/batching/chunks.ts';
import { listParameter } from '../../../src/rest/wire/query.ts';
import { fc } from '../../support/property-tests.ts';

const ROOM = 2_000;

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

const rejection = (status: number) => new GatewayError('UPSTREAM_REJECTED', `${status}`, { status });

/** A read that returns the keys as records, unless `reject` returns an error for them. It records the requested keys. */
function reader<K>(reject: (keys: readonly K[]) => unknown = () => null) {
  const requested: (readonly K[])[] = [];
  return {
    requested,
    async read(keys: readonly K[]): Promise<K[]> {
      requested.push(keys);
      const error = reject(keys);
      if (error !== null) throw error;
      return [...keys];
    },
  };
}

describe('splitting a list of keys', () => {
  test('puts at most 250 keys into one chunk', () => {
    expect(chunkKeys(upTo(250), ROOM).map((chunk) => chunk.length)).toEqual([250]);
    expect(chunkKeys(upTo(251), ROOM).map((chunk) => chunk.length)).toEqual([250, 1]);
    expect(chunkKeys(upTo(600), ROOM).map((chunk) => chunk.length)).toEqual([250, 250, 100]);
  });

  test('puts 250 ids of six digits into one chunk', () => {
    const ids = upTo(250).map((id) => id + 700_000);
    expect(chunkKeys(ids, ROOM)).toEqual([ids]);
  });

  test('counts encoded characters', () => {
    // Each takes nine characters and a comma: 千 is %E5%8D%83.
    expect(chunkKeys(Array(5).fill('千'), 20).map((chunk) => chunk.length)).toEqual([2, 2, 1]);
    expect(chunkKeys(Array(4).fill('+'), 8).map((chunk) => chunk.length)).toEqual([2, 2]);
  });

  test('puts a key that is too long into a chunk of its own', () => {
    const long = 'x'.repeat(3_000);
    expect(chunkKeys(['a', long, 'b'], ROOM)).toEqual([['a'], [long], ['b']]);
  });

  test('returns no chunk for an empty list', () => {
    expect(chunkKeys([], ROOM)).toEqual([]);
  });

  test('keeps all keys in order and makes every chunk fit', () => {
    const room = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 600 }), room, (values, space) => {
        const chunks = chunkKeys(values, space);
        expect(chunks.flat()).toEqual(values);
        for (const chunk of chunks) {
          expect(chunk.length).toBeGreaterThan(0);
          expect(chunk.length).toBeLessThanOrEqual(250);
          if (chunk.length > 1) expect(listParameter('name:in', chunk)[1].length).toBeLessThanOrEqual(space);
        }
      }),
    );
  });
});

describe('reading in chunks', () => {
  test('sends one call per chunk, all concurrently, and returns the chunks in order', async () => {
    const waiting: (() => void)[] = [];
    const requested: number[] = [];
    const chunks = readInChunks(upTo(600), ROOM, async (keys) => {
      requested.push(keys.length);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return [...keys];
    });
    expect(requested).toEqual([250, 250, 100]);
    for (const resolve of waiting.toReversed()) resolve();
    expect(itemsOrThrow(await chunks)).toEqual(upTo(600));
  });

  test.each([413, 414])('bisects a list that is too long (%i) until its parts succeed', async (status) => {
    const { requested, read } = reader<number>((keys) => (keys.length > 70 ? rejection(status) : null));
    expect(itemsOrThrow(await readInChunks(upTo(250), ROOM, read))).toEqual(upTo(250));
    expect(requested.map((keys) => keys.length)).toEqual([250, 125, 125, 63, 62, 63, 62]);
  });

  test.each([400, 422])(
    'isolates the one key that the store rejects with %i and reads all others',
    async (status) => {
      const { requested, read } = reader<number>((keys) => (keys.includes(13) ? rejection(status) : null));
      const chunks = await readInChunks(upTo(16), ROOM, read);
      const failed = chunks.filter((chunk) => 'error' in chunk);
      expect(failed).toEqual([{ keys: [13], error: rejection(status) }]);
      const answered = chunks.flatMap((chunk) => ('items' in chunk ? chunk.items : []));
      expect(answered).toEqual(upTo(16).filter((key) => key !== 13));
      // One call, and two for each of the four bisections.
      expect(requested).toHaveLength(9);
    },
  );

  test('stops if both halves are rejected, since no single key is the cause', async () => {
    const { requested, read } = reader<number>(() => rejection(422));
    const chunks = await readInChunks(upTo(16), ROOM, read);
    expect(requested.map((keys) => keys.length)).toEqual([16, 8, 8]);
    expect(chunks.map(({ keys }) => keys.length)).toEqual([8, 8]);
    expect(chunks.every((chunk) => 'error' in chunk)).toBe(true);
  });

  test('spends at most twenty further calls', async () => {
    const { requested, read } = reader<number>(() => rejection(414));
    const chunks = await readInChunks(upTo(250), ROOM, read);
    expect(requested).toHaveLength(21);
    expect(chunks.flatMap(({ keys }) => keys)).toEqual(upTo(250));
  });

  test.each([
    ['an unavailable store', new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status: 503 })],
    ['a rejected token', new GatewayError('UPSTREAM_UNAUTHENTICATED', 'no', { status: 401 })],
    ['a rate limit', new GatewayError('UPSTREAM_RATE_LIMITED', 'later', { status: 429 })],
    ['a bug', new TypeError('oops')],
  ])('does not bisect after %s', async (_name, error) => {
    const { requested, read } = reader<number>(() => error);
    expect(await readInChunks(upTo(16), ROOM, read)).toEqual([{ keys: upTo(16), error }]);
    expect(requested).toHaveLength(1);
  });

  test('returns the other chunks if one fails', async () => {
    const { read } = reader<number>((keys) => (keys.includes(300) ? new Error('part two') : null));
    const chunks = await readInChunks(upTo(600), ROOM, read);
    expect(chunks.map((chunk) => 'error' in chunk)).toEqual([false, true, false]);
    expect(() => itemsOrThrow(chunks)).toThrow('part two');
  });

  test('returns every key exactly once, whichever keys are rejected', async () => {
    const keysAndCulprits = fc
      .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 80 })
      .chain((keys) =>
        fc.tuple(fc.constant(keys), fc.subarray(keys, { maxLength: Math.min(3, keys.length) })),
      );
    await fc.assert(
      fc.asyncProperty(keysAndCulprits, async ([keys, culprits]) => {
        const { requested, read } = reader<number>((some) =>
          some.some((key) => culprits.includes(key)) ? rejection(422) : null,
        );
        const chunks = await readInChunks(keys, 100, read);
        expect(chunks.flatMap((chunk) => chunk.keys)).toEqual(keys);
        for (const chunk of chunks) {
          if ('items' in chunk) expect(chunk.items).toEqual(chunk.keys);
          else expect(chunk.keys.some((key) => culprits.includes(key))).toBe(true);
        }
        expect(requested.length).toBeLessThanOrEqual(chunkKeys(keys, 100).length + 20);
      }),
    );
  });
});
