import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { inPortions, joined, split } from '../../src/rest/portions.ts';
import { list } from '../../src/rest/query.ts';

const ROOM = 2_000;

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

const refusal = (status: number) => new GatewayError('UPSTREAM_REJECTED', `${status}`, { status });

/** A read that answers each key with itself, unless the keys together are refused; it notes what it was asked. */
function reader<K>(refuse: (keys: readonly K[]) => unknown = () => null) {
  const asked: (readonly K[])[] = [];
  return {
    asked,
    async read(keys: readonly K[]): Promise<K[]> {
      asked.push(keys);
      const error = refuse(keys);
      if (error !== null) throw error;
      return [...keys];
    },
  };
}

describe('splitting a list', () => {
  test('puts 250 values into one part and no more', () => {
    expect(split(upTo(250), ROOM).map((part) => part.length)).toEqual([250]);
    expect(split(upTo(251), ROOM).map((part) => part.length)).toEqual([250, 1]);
    expect(split(upTo(600), ROOM).map((part) => part.length)).toEqual([250, 250, 100]);
  });

  test('puts 250 ids of six digits into one URL', () => {
    const ids = upTo(250).map((id) => id + 700_000);
    expect(split(ids, ROOM)).toEqual([ids]);
  });

  test('counts characters as they are sent', () => {
    // Each takes nine characters and a comma: 千 is %E5%8D%83.
    expect(split(Array(5).fill('千'), 20).map((part) => part.length)).toEqual([2, 2, 1]);
    expect(split(Array(4).fill('+'), 8).map((part) => part.length)).toEqual([2, 2]);
  });

  test('lets a value that fits nowhere stand alone', () => {
    const long = 'x'.repeat(3_000);
    expect(split(['a', long, 'b'], ROOM)).toEqual([['a'], [long], ['b']]);
  });

  test('of nothing is nothing', () => {
    expect(split([], ROOM)).toEqual([]);
  });

  test('keeps the order, loses nothing, and makes every part fit', () => {
    const room = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 600 }), room, (values, space) => {
        const parts = split(values, space);
        expect(parts.flat()).toEqual(values);
        for (const part of parts) {
          expect(part.length).toBeGreaterThan(0);
          expect(part.length).toBeLessThanOrEqual(250);
          if (part.length > 1) expect(list('name:in', part)[1].length).toBeLessThanOrEqual(space);
        }
      }),
    );
  });
});

describe('reading in portions', () => {
  test('asks once for each part, all at once, and answers the portions in order', async () => {
    const waiting: (() => void)[] = [];
    const asked: number[] = [];
    const portions = inPortions(upTo(600), ROOM, async (keys) => {
      asked.push(keys.length);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return [...keys];
    });
    expect(asked).toEqual([250, 250, 100]);
    for (const resolve of waiting.toReversed()) resolve();
    expect(joined(await portions)).toEqual(upTo(600));
  });

  test.each([413, 414])('halves what the store calls too long with %i until it passes', async (status) => {
    const { asked, read } = reader<number>((keys) => (keys.length > 70 ? refusal(status) : null));
    expect(joined(await inPortions(upTo(250), ROOM, read))).toEqual(upTo(250));
    expect(asked.map((keys) => keys.length)).toEqual([250, 125, 125, 63, 62, 63, 62]);
  });

  test.each([400, 422])(
    'finds the one value that the store refuses with %i, and its neighbours live',
    async (status) => {
      const { asked, read } = reader<number>((keys) => (keys.includes(13) ? refusal(status) : null));
      const portions = await inPortions(upTo(16), ROOM, read);
      const failed = portions.filter((portion) => 'error' in portion);
      expect(failed).toEqual([{ keys: [13], error: refusal(status) }]);
      const answered = portions.flatMap((portion) => ('items' in portion ? portion.items : []));
      expect(answered).toEqual(upTo(16).filter((key) => key !== 13));
      // One call, and two for each of the four halvings.
      expect(asked).toHaveLength(9);
    },
  );

  test('stops where both halves are refused: that is no value of the list', async () => {
    const { asked, read } = reader<number>(() => refusal(422));
    const portions = await inPortions(upTo(16), ROOM, read);
    expect(asked.map((keys) => keys.length)).toEqual([16, 8, 8]);
    expect(portions.map(({ keys }) => keys.length)).toEqual([8, 8]);
    expect(portions.every((portion) => 'error' in portion)).toBe(true);
  });

  test('spends twenty further calls at the most', async () => {
    const { asked, read } = reader<number>(() => refusal(414));
    const portions = await inPortions(upTo(250), ROOM, read);
    expect(asked).toHaveLength(21);
    expect(portions.flatMap(({ keys }) => keys)).toEqual(upTo(250));
  });

  test.each([
    ['a failure of the store', new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status: 503 })],
    ['a refused token', new GatewayError('UPSTREAM_UNAUTHENTICATED', 'no', { status: 401 })],
    ['a quota', new GatewayError('UPSTREAM_RATE_LIMITED', 'later', { status: 429 })],
    ['a bug', new TypeError('oops')],
  ])('does not divide for %s', async (_name, error) => {
    const { asked, read } = reader<number>(() => error);
    expect(await inPortions(upTo(16), ROOM, read)).toEqual([{ keys: upTo(16), error }]);
    expect(asked).toHaveLength(1);
  });

  test('keeps a failed part from failing the others', async () => {
    const { read } = reader<number>((keys) => (keys.includes(300) ? new Error('part two') : null));
    const portions = await inPortions(upTo(600), ROOM, read);
    expect(portions.map((portion) => 'error' in portion)).toEqual([false, true, false]);
    expect(() => joined(portions)).toThrow('part two');
  });

  test('answers every key once, whichever are refused', async () => {
    const keysAndCulprits = fc
      .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 80 })
      .chain((keys) =>
        fc.tuple(fc.constant(keys), fc.subarray(keys, { maxLength: Math.min(3, keys.length) })),
      );
    await fc.assert(
      fc.asyncProperty(keysAndCulprits, async ([keys, culprits]) => {
        const { asked, read } = reader<number>((some) =>
          some.some((key) => culprits.includes(key)) ? refusal(422) : null,
        );
        const portions = await inPortions(keys, 100, read);
        expect(portions.flatMap((portion) => portion.keys)).toEqual(keys);
        for (const portion of portions) {
          if ('items' in portion) expect(portion.items).toEqual(portion.keys);
          else expect(portion.keys.some((key) => culprits.includes(key))).toBe(true);
        }
        expect(asked.length).toBeLessThanOrEqual(split(keys, 100).length + 20);
      }),
    );
  });
});
