import { expect, test } from 'vitest';
import { parseJsonBody } from '../../../src/rest/client/json-body.ts';
import { fc } from '../../support/property-tests.ts';

/** The JSON, or null if the text is none. */
function parsed(parse: () => unknown): unknown {
  try {
    return { json: parse() };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function expectSameAsWhole(text: string, maxPieceBytes = 20): void {
  const expected = parsed(() => JSON.parse(text));
  expect(parsed(() => parseJsonBody(Buffer.from(text), maxPieceBytes))).toEqual(expected);
}

test('a list in pieces is the same as the whole list', () => {
  const item = fc.oneof(fc.jsonValue(), fc.string({ unit: 'grapheme', maxLength: 60 }));
  const list = fc.array(item, { maxLength: 12 });
  fc.assert(
    fc.property(list, fc.jsonValue(), fc.integer({ min: 1, max: 80 }), (data, meta, maxPieceBytes) => {
      expectSameAsWhole(JSON.stringify({ data, meta }), maxPieceBytes);
    }),
    { numRuns: 500 },
  );
});

test('a damaged list is an error exactly if the whole text is one', () => {
  const list = fc.array(fc.jsonValue(), { minLength: 3, maxLength: 8 });
  const byte = fc.constantFrom('"', '\\', ',', '{', '}', '[', ']', ' ', ':', '0');
  fc.assert(
    fc.property(list, byte, fc.nat(), fc.boolean(), (data, char, at, replaces) => {
      const text = JSON.stringify({ data, meta: { pagination: {} } });
      const place = at % text.length;
      expectSameAsWhole(text.slice(0, place) + char + text.slice(place + (replaces ? 1 : 0)));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  '{"data":[{"name":"a, ] } \\" \\\\"},{"name":"\\\\\\""},{"name":"b"}],"meta":{}}',
  '{"data":[1111111111,2222222222,],"meta":{}}',
  '{"data":[1111111111,2222222222, ],"meta":{}}',
  '{"data":[1111111111,,2222222222],"meta":{}}',
  '{"data":[1111111111,2222222222],"data":[3]}',
  '{"data":[1111111111,2222222222],"d\\u0061ta":[3]}',
  '{"data":[1111111111,2222222222}}',
  '{"data":[1111111111,2222222222',
  '{"data":[1111111111,"2222222222]}',
  '{"data":["Grüße aus Zürich 😀","naïve café 😀😀"],"meta":{"links":{"next":"?page=2"}}}',
  '[1111111111,2222222222,3333333333]',
  '{"data":[],"meta":{"padding":"xxxxxxxxxxxxxxxx"}}',
])('%s is read in pieces as a whole', (text) => {
  expectSameAsWhole(text);
});

test('a byte order mark is skipped', () => {
  expect(parseJsonBody(Buffer.from('\uFEFF{"data":[1111111111,2222222222]}'), 10)).toEqual({
    data: [1111111111, 2222222222],
  });
});
