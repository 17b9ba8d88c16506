import { expect, test } from 'vitest';
import { onFirstUse } from '../../src/rest/on-first-use.ts';

test('a property is made once, when it is first used, from the input of its object', () => {
  const made: string[] = [];
  const note = (name: string) => (input: number) => {
    made.push(`${name} ${input}`);
    return { name, input };
  };
  const create = onFirstUse<number>()({
    one: note('one'),
    other: note('other'),
  });
  const [first, second] = [create(1), create(2)];
  expect(made).toEqual([]);
  expect(first.one).toEqual({ name: 'one', input: 1 });
  expect(first.one).toBe(first.one);
  expect(second.one).not.toBe(first.one);
  expect(made).toEqual(['one 1', 'one 2']);
});

test('a property that is undefined is made once', () => {
  let count = 0;
  const create = onFirstUse<null>()({
    nothing() {
      count += 1;
      return undefined;
    },
  });
  const object = create(null);
  expect([object.nothing, object.nothing, count]).toEqual([undefined, undefined, 1]);
});

test('a reset makes all properties anew', () => {
  const create = onFirstUse<null>()({
    list: () => ({}),
    clear: (_input, reset) => reset,
  });
  const object = create(null);
  const before = object.list;
  object.clear();
  expect(object.list).toEqual(before);
  expect(object.list).not.toBe(before);
});
