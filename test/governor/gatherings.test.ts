import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { createGatherings } from '../../src/governor/gatherings.ts';
import { gatheringHall } from '../support/gathering.ts';

const refusal = new GatewayError('UPSTREAM_REJECTED', 'no', { status: 422 });

/** A store that refuses every list with one of these ids. */
const refusing =
  (...culprits: number[]) =>
  (ids: readonly number[]) => {
    if (ids.some((id) => culprits.includes(id))) throw refusal;
    return ids;
  };

describe('gathering', () => {
  test('puts the look-ups of a moment into one call, and hands each caller its own', async () => {
    const hall = gatheringHall();
    const all = [hall.lookUp([1, 2]), hall.lookUp([3]), hall.lookUp([2, 9])];
    expect(hall.calls).toEqual([]);
    hall.send();
    expect(hall.calls).toEqual(['1,2,3,9']);
    await hall.answer();
    const found = await Promise.all(all);
    expect(found.map(({ ids }) => ids)).toEqual([[1, 2], [3], [2, 9]]);
    expect(found.map(({ made, shared }) => [made, shared])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
  });

  test('asks for every part that anyone wants', async () => {
    const hall = gatheringHall();
    const both = [hall.lookUp([1], { parts: ['addresses'] }), hall.lookUp([2], { parts: ['formfields'] })];
    hall.send();
    await hall.answer();
    await Promise.all(both);
    expect(hall.calls).toEqual(['1,2 addresses formfields']);
  });

  test('keeps look-ups of different kinds apart', async () => {
    const hall = gatheringHall();
    const both = [hall.lookUp([1]), hall.lookUp([1], { name: 'addresses' })];
    hall.send();
    await hall.answer();
    await Promise.all(both);
    expect(hall.calls).toEqual(['1', '1']);
  });

  test('cuts what does not fit one call, and asks in each only for the parts that are wanted there', async () => {
    const hall = gatheringHall((ids) => ids, 4);
    const found = [hall.lookUp([1, 2, 3], { parts: ['a'] }), hall.lookUp([4], { parts: ['b'] })];
    hall.send();
    await hall.answer();
    expect(hall.calls).toEqual(['1,2 a', '3,4 a b']);
    expect((await found[0])?.ids).toEqual([1, 2, 3]);
    // Of the two the second has made fewer calls by then.
    expect(await found[1]).toMatchObject({ ids: [4], made: 1, shared: 0 });
  });

  test('goes out in the next moment where one is over', async () => {
    const hall = gatheringHall();
    const first = hall.lookUp([1]);
    hall.send();
    const second = hall.lookUp([2]);
    hall.send();
    await hall.answer();
    await Promise.all([first, second]);
    expect(hall.calls).toEqual(['1', '2']);
  });

  test('answers nothing to who asks for nothing', async () => {
    const hall = gatheringHall();
    expect(await hall.lookUp([])).toMatchObject({ ids: [], made: 0, shared: 0 });
  });
});

describe('what is under way', () => {
  test('answers who asks for a part of it, and nobody who asks for more', async () => {
    const hall = gatheringHall();
    const first = hall.lookUp([1, 2, 3], { parts: ['addresses'] });
    hall.send();
    const part = hall.lookUp([2]);
    const more = hall.lookUp([3, 4]);
    const fuller = hall.lookUp([1], { parts: ['formfields'] });
    hall.send();
    await hall.answer();
    expect(await part).toMatchObject({ ids: [2], made: 0, shared: 1 });
    expect((await more).ids).toEqual([3, 4]);
    expect((await fuller).ids).toEqual([1]);
    await first;
    expect(hall.calls).toEqual(['1,2,3 addresses', '3,4,1 formfields']);
  });

  test('answers nobody who comes after it has landed', async () => {
    const hall = gatheringHall();
    const first = hall.lookUp([1]);
    hall.send();
    await hall.answer();
    await first;
    const second = hall.lookUp([1]);
    hall.send();
    await hall.answer();
    await second;
    expect(hall.calls).toEqual(['1', '1']);
  });

  test('answers nobody who comes after a write; what is not sent yet is fresh', async () => {
    const hall = gatheringHall();
    const before = hall.lookUp([1]);
    hall.send();
    const waiting = hall.lookUp([2]);
    hall.close();
    const after = [hall.lookUp([1]), waiting];
    hall.send();
    await hall.answer();
    await Promise.all([before, ...after]);
    expect(hall.calls).toEqual(['1', '2,1']);
  });
});

describe('a caller who leaves', () => {
  test('takes its keys out of what is not sent yet', async () => {
    const hall = gatheringHall();
    const leaving = new AbortController();
    const gone = hall.lookUp([1], { signal: leaving.signal, parts: ['addresses'] });
    const stays = hall.lookUp([2]);
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    hall.send();
    await hall.answer();
    expect((await stays).ids).toEqual([2]);
    expect(hall.calls).toEqual(['2']);
  });

  test('sends nothing where it was alone', async () => {
    const hall = gatheringHall();
    const leaving = new AbortController();
    const gone = hall.lookUp([1], { signal: leaving.signal });
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    hall.send();
    expect(hall.calls).toEqual([]);
    await expect(hall.lookUp([1], { signal: leaving.signal })).rejects.toThrow('gone');
  });

  test('ends what was sent only where nobody else waits for it', async () => {
    const hall = gatheringHall();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = hall.lookUp([1], { signal: one.signal });
    const second = hall.lookUp([2], { signal: other.signal });
    hall.send();
    one.abort(new Error('the first left'));
    await expect(first).rejects.toThrow('the first left');
    expect(hall.givenUp).toEqual([]);
    other.abort(new Error('the second left'));
    await expect(second).rejects.toThrow('the second left');
    expect(hall.givenUp).toEqual(['1,2']);
    const next = hall.lookUp([1]);
    hall.send();
    await hall.answer();
    expect((await next).ids).toEqual([1]);
    expect(hall.calls).toEqual(['1,2', '1']);
  });

  test('is not waited for by the calls that follow: another makes them', async () => {
    const hall = gatheringHall(refusing(1));
    const leaving = new AbortController();
    const gone = hall.lookUp([1], { signal: leaving.signal });
    const stays = [hall.lookUp([2]), hall.lookUp([3])];
    hall.send();
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    await hall.answer();
    expect((await Promise.all(stays)).map(({ ids }) => ids)).toEqual([[2], [3]]);
    expect(hall.calls).toEqual(['1,2,3', '2', '3']);
  });
});

describe('a list that the store refuses', () => {
  test('fails only those who asked for what is refused', async () => {
    const hall = gatheringHall(refusing(5));
    const all = Array.from({ length: 8 }, (_, i) => hall.lookUp([i + 1]));
    hall.send();
    await hall.answer();
    const found = await Promise.all(all);
    expect(found.flatMap(({ failed }) => failed)).toEqual([5]);
    expect(found.flatMap(({ ids }) => ids)).toEqual([1, 2, 3, 4, 6, 7, 8]);
    // One call, and two for each of the three halvings.
    expect(hall.calls).toHaveLength(7);
  });

  test('is divided further for the operation that holds it, as if it had asked alone', async () => {
    const hall = gatheringHall(refusing(4));
    const mixed = hall.lookUp([1, 2, 3, 4]);
    const other = hall.lookUp([9]);
    hall.send();
    await hall.answer();
    expect(await mixed).toMatchObject({ ids: [1, 2, 3], failed: [4] });
    expect(await other).toMatchObject({ ids: [9], failed: [] });
  });

  test('is divided once for all who ask for the same', async () => {
    const hall = gatheringHall(refusing(2));
    const all = Array.from({ length: 64 }, () => hall.lookUp([1, 2]));
    hall.send();
    await hall.answer();
    for (const found of await Promise.all(all)) expect(found).toMatchObject({ ids: [1], failed: [2] });
    expect(hall.calls).toEqual(['1,2', '1', '2']);
  });

  test('is not divided where the store is at fault', async () => {
    const down = new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status: 503 });
    const hall = gatheringHall(() => {
      throw down;
    });
    const both = [hall.lookUp([1]), hall.lookUp([2])];
    hall.send();
    await hall.answer();
    for (const { errors } of await Promise.all(both)) expect(errors).toEqual([down]);
    expect(hall.calls).toEqual(['1,2']);
  });

  test('gives each caller what it would have got alone, whichever ids are refused', async () => {
    const id = fc.integer({ min: 1, max: 40 });
    const lists = fc.array(fc.uniqueArray(id, { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(lists, fc.uniqueArray(id, { maxLength: 3 }), async (wanted, culprits) => {
        const hall = gatheringHall(refusing(...culprits));
        const together = wanted.map((ids) => hall.lookUp(ids));
        hall.send();
        await hall.answer();
        for (const [i, ids] of wanted.entries()) {
          const alone = gatheringHall(refusing(...culprits));
          const expected = alone.lookUp(ids);
          alone.send();
          await alone.answer();
          const { ids: found, failed } = await expected;
          const shared = await together[i];
          expect(shared?.ids.toSorted()).toEqual(found.toSorted());
          expect(shared?.failed.toSorted()).toEqual(failed.toSorted());
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('makes no call for an operation that has made all it may, where another can', async () => {
  const hall = gatheringHall();
  const spent = hall.lookUp([1], { maxCalls: 0 });
  const other = hall.lookUp([2]);
  hall.send();
  await hall.answer();
  expect(await spent).toMatchObject({ ids: [1], made: 0, shared: 1 });
  expect(await other).toMatchObject({ ids: [2], made: 1, shared: 0 });
});

test('tells those who wait what went wrong before anything was sent', async () => {
  const gatherings = createGatherings();
  const look = gatherings.join<number, never>({
    name: 'customers',
    keys: [1],
    parts: new Set(),
    signal: new AbortController().signal,
    split() {
      throw new Error('cannot be cut');
    },
    callsLeft: () => 1,
    page: () => Promise.reject(new Error('was not to be read')),
    keyOf: () => null,
  });
  await expect(look).rejects.toThrow('cannot be cut');
});
