import { describe, expect, test } from 'vitest';
import { type MatchRules, matchRecords } from '../../../src/resolvers/writes/match.ts';
import { foldText, normalizeText } from '../../../src/resolvers/writes/normalize.ts';
import { fc } from '../../support/property-tests.ts';

/** An address of an owner: both as item and as record. */
interface Address {
  readonly owner: number;
  readonly street: string;
  readonly type?: string;
}

const by = (key: (address: Address) => unknown) => {
  const keyOf = (address: Address) => JSON.stringify(key(address));
  return { item: keyOf, record: keyOf };
};

const RULES: MatchRules<Address, Address> = {
  exact: [
    by(({ owner, street, type }) => [owner, street, type]),
    by(({ owner, street, type }) => [owner, normalizeText(street), type]),
  ],
  partial: [by(({ owner, street }) => [owner, foldText(street)]), by(({ owner }) => owner)],
};

const BY_KIND: MatchRules<Address, Address> = {
  exact: [by(({ street }) => street)],
  elimination: [by(({ type }) => type)],
};

function pairs(items: readonly Address[], records: readonly (Address | null)[], rules = RULES) {
  return items.map((item) => records.indexOf(matchRecords(items, records, rules).matched.get(item) ?? null));
}

const a = (owner: number, street: string, type = 'home'): Address => ({ owner, street, type });

describe('a record of a response', () => {
  test('belongs to the item with its values, in any order', () => {
    expect(pairs([a(1, 'x'), a(1, 'y')], [a(1, 'y'), a(1, 'x')])).toEqual([1, 0]);
  });

  test('belongs to the item that it equals before one that it resembles', () => {
    expect(pairs([a(1, 'A'), a(1, 'a')], [a(1, 'a'), a(1, 'A')])).toEqual([1, 0]);
    expect(pairs([a(1, 'x  y'), a(1, 'x y')], [a(1, 'x y'), a(1, 'x  y')])).toEqual([1, 0]);
    expect(pairs([a(1, 'x', 'home'), a(1, 'x', 'work')], [a(1, 'x', 'work')])).toEqual([-1, 0]);
  });

  test('belongs to the only item with its owner, also if other items are missing', () => {
    expect(pairs([a(1, 'x'), a(2, 'y'), a(3, 'z')], [a(2, 'Rue')])).toEqual([-1, 0, -1]);
  });

  test('belongs to no item if two are possible', () => {
    expect(pairs([a(1, 'x'), a(1, 'y')], [a(1, 'Rue')])).toEqual([-1, -1]);
    expect(pairs([a(1, 'x')], [a(1, 'Rue'), a(1, 'Via')])).toEqual([-1]);
  });

  test('belongs to the item that is left after the others have theirs', () => {
    expect(pairs([a(1, 'x'), a(1, 'y'), a(1, 'z')], [a(1, 'Rue'), a(1, 'z'), a(1, 'x')])).toEqual([2, 0, 1]);
  });

  test('belongs to no item if it has another owner', () => {
    expect(pairs([a(5, 'x')], [a(7, 'x')])).toEqual([-1]);
  });

  test('belongs to the first of two items that it equals', () => {
    expect(pairs([a(1, 'x y'), a(1, 'x  y')], [a(1, 'x   y')])).toEqual([0, -1]);
  });
});

describe('elimination', () => {
  test('assigns the only record of a kind to the only item of the kind', () => {
    expect(pairs([a(1, 'x', 's'), a(1, 'y', 'n')], [a(1, 'Y', 'n'), a(1, 'X', 's')], BY_KIND)).toEqual([
      1, 0,
    ]);
  });

  test('needs as many records as items', () => {
    expect(pairs([a(1, 'x', 's'), a(1, 'y', 'n')], [a(1, 'X', 's')], BY_KIND)).toEqual([-1, -1]);
    expect(pairs([a(1, 'x', 's')], [a(1, 'X', 's'), a(1, 'Z', 'n')], BY_KIND)).toEqual([-1]);
  });

  test('does not decide between two', () => {
    expect(pairs([a(1, 'x', 's'), a(1, 'y', 's')], [a(1, 'X', 's'), a(1, 'Y', 's')], BY_KIND)).toEqual([
      -1, -1,
    ]);
  });
});

describe('an item without a record', () => {
  const [one, two] = [a(1, 'x'), a(2, 'y')];

  test('is missing if no record that is left can be its own', () => {
    expect(matchRecords([one, two], [], RULES)).toMatchObject({ missing: [one, two], ambiguous: [] });
    expect(matchRecords([one, two], [one], RULES)).toMatchObject({ missing: [two], ambiguous: [] });
  });

  test('is ambiguous if several records of its owner are left', () => {
    const matches = matchRecords([one, two], [a(1, 'Rue'), a(1, 'Via')], RULES);
    expect(matches).toMatchObject({ missing: [two], ambiguous: [one] });
  });

  test('is ambiguous if the response contains a record that is not of any item', () => {
    const matches = matchRecords([one, two], [one, a(3, 'z')], RULES);
    expect(matches).toMatchObject({ missing: [], ambiguous: [two] });
  });

  test('is ambiguous if a record could not be read', () => {
    const matches = matchRecords([one, two], [one, null], RULES);
    expect(matches).toMatchObject({ missing: [], ambiguous: [two] });
  });
});

describe('for any response', () => {
  const address = fc.record({
    owner: fc.integer({ min: 1, max: 3 }),
    street: fc.constantFrom('x', 'X', 'x  y', 'x y', 'é', 'e\u0301', 'z&amp;', 'z&'),
    type: fc.constantFrom('home', 'work'),
  });
  const list = fc.array(address, { maxLength: 10 });
  const distinct = fc.uniqueArray(address, { maxLength: 10, selector: (each) => JSON.stringify(each) });

  test('every record belongs to at most one item, and every item is matched, missing or ambiguous', () => {
    fc.assert(
      fc.property(list, list, (items, records) => {
        const { matched, missing, ambiguous } = matchRecords(items, records, RULES);
        expect(new Set(matched.values()).size).toBe(matched.size);
        expect(new Set([...matched.keys(), ...missing, ...ambiguous]).size).toBe(items.length);
        expect(matched.size + missing.length + ambiguous.length).toBe(items.length);
        for (const [item, record] of matched) expect(record.owner).toBe(item.owner);
      }),
    );
  });

  test('the order of the records does not matter', () => {
    fc.assert(
      fc.property(distinct, distinct, fc.infiniteStream(fc.nat()), (items, records, random) => {
        const shuffled = records
          .map((record) => [random.next().value, record] as const)
          .toSorted(([one], [other]) => one - other)
          .map(([, record]) => record);
        const match = (some: readonly Address[]) => matchRecords(items, some, RULES).matched;
        const streets = (matches: ReadonlyMap<Address, Address>) =>
          items.map((item) => matches.get(item) && normalizeText(matches.get(item)?.street));
        expect(streets(match(shuffled))).toEqual(streets(match(records)));
      }),
    );
  });

  test('items that the store repeats unchanged get their own records, whatever else it returns', () => {
    fc.assert(
      fc.property(distinct, list, (items, others) => {
        const own = items.map((item) => ({ ...item }));
        const { matched } = matchRecords(items, [...others, ...own.toReversed()], RULES);
        for (const item of items) expect(matched.get(item)).toEqual(item);
      }),
    );
  });
});

const RESPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'decomposes Unicode': (text) => text.normalize('NFD'),
  'collapses blanks': (text) => text.replaceAll(/ +/g, ' '),
  'escapes entities': (text) => text.replaceAll('&', '&amp;').replaceAll("'", '&#39;'),
  'drops emoji': (text) => text.replaceAll(/\p{Extended_Pictographic}/gu, ''),
  'replaces emoji': (text) => text.replaceAll(/\p{Extended_Pictographic}/gu, '?'),
  'changes the case': (text) => text.toUpperCase(),
  'drops accents': (text) => text.normalize('NFD').replaceAll(/\p{M}/gu, ''),
  trims: (text) => text.trim(),
};

test.each(Object.entries(RESPELLINGS))('a store that %s gives every item its record', (_how, respell) => {
  const word = fc.constantFrom('Rue', 'é', "O'Brien", 'A  &  B', 'Ünter', '🙂', 'ß', '道');
  const streets = fc.uniqueArray(
    fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
    {
      maxLength: 10,
      selector: foldText,
    },
  );
  fc.assert(
    fc.property(streets, (some) => {
      const items = some.map((street) => a(1, street));
      const records = items.map((item) => ({ ...item, street: respell(item.street) })).toReversed();
      expect(pairs(items, records)).toEqual(items.map((_, i) => items.length - 1 - i));
    }),
  );
});
