import { expect, test } from 'vitest';
import {
  idAsInt,
  parseEntityId,
  parseGlobalId,
  parseGlobalIdOf,
  toGlobalId,
} from '../../../src/resolvers/inputs/ids.ts';
import { fc } from '../../support/property-tests.ts';

const base64url = (text: string) => Buffer.from(text).toString('base64url');

test('a global id decodes to what was encoded', () => {
  const types = fc.constantFrom('Customer' as const, 'CustomerAddress' as const);
  fc.assert(
    fc.property(types, fc.integer({ min: 1, max: 2_147_483_647 }), (type, entityId) => {
      expect(parseGlobalId(toGlobalId(type, entityId), 'id')).toEqual({ type, ids: [entityId] });
    }),
  );
});

test('the encoding of global ids is stable, because clients store them', () => {
  expect([toGlobalId('Customer', 1), toGlobalId('CustomerAddress', 42)]).toEqual([
    'Q3VzdG9tZXI6MQ',
    'Q3VzdG9tZXJBZGRyZXNzOjQy',
  ]);
});

test.each([
  ['garbage'],
  ['Customer:1'],
  ['Q3VzdG9tZXI6MQ=='],
  ['Q3VzdG9tZXI6MQ '],
  [base64url('Customer:')],
  [base64url('Customer:0')],
  [base64url('Customer:-1')],
  [base64url('Customer:01')],
  [base64url('Customer:+1')],
  [base64url('Customer:1.0')],
  [base64url('Customer:1e3')],
  [base64url('Customer:0x1')],
  [base64url('Customer: 1')],
  [base64url('Customer:2147483648')],
  [base64url('Customer:NaN')],
])('%o is rejected as a global id', (id) => {
  expect(() => parseGlobalId(id, 'by.id')).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      message: 'by.id: is not an id of this API.',
      details: { argument: 'by.id' },
    }),
  );
});

test('only a global id of a type with longer ids can contain one that exceeds 32 bits', () => {
  const hasLongIds = (type: string) => type === 'CustomerMetafield';
  const long = toGlobalId('CustomerMetafield', 10_000_000_000, 3_000_000_000);
  expect(parseGlobalId(long, 'id', hasLongIds).ids).toEqual([10_000_000_000, 3_000_000_000]);
  const ids = [toGlobalId('Customer', 3_000_000_000), toGlobalId('CustomerMetafield', 1, 2 ** 53)];
  for (const id of ids)
    expect(() => parseGlobalId(id, 'id', hasLongIds)).toThrow('is not an id of this API.');
});

test('any string that decodes as a global id encodes to the same string', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string().map(base64url)), (id) => {
      try {
        const { type, ids } = parseGlobalId(id, 'id');
        expect(toGlobalId(type, ...ids)).toBe(id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
      }
    }),
  );
});

test('a global id of another type is rejected', () => {
  expect(parseGlobalIdOf('Customer', toGlobalId('Customer', 7), 'by.id')).toBe(7);
  for (const id of [toGlobalId('CustomerAddress', 7), toGlobalId('Customer'), toGlobalId('Customer', 7, 7)]) {
    expect(() => parseGlobalIdOf('Customer', id, 'by.id')).toThrow('by.id: is not the id of a Customer.');
  }
});

test('an entity id is an integer from 1 to 2147483647', () => {
  expect(parseEntityId(2_147_483_647, 'entityId')).toBe(2_147_483_647);
  for (const id of [0, -1, 1.5, Number.NaN, 2_147_483_648]) {
    expect(() => parseEntityId(id, 'entityId')).toThrow('entityId: is not a positive number.');
  }
});

test('an id for an Int is any 32-bit integer, as given', () => {
  const integers = [1, 0, -1, 2_147_483_647, -2_147_483_648];
  expect(integers.map((id) => idAsInt(id, 'recordId'))).toEqual(integers);
  for (const id of [2_147_483_648, -2_147_483_649, 10_000_000_000]) {
    expect(() => idAsInt(id, 'recordId')).toThrow(
      'The id exceeds 32 bits, so it is not an Int. `recordId` has it.',
    );
  }
});
