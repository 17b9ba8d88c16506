import {
  GraphQLInterfaceType,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSchema,
  GraphQLString,
  isObjectType,
} from 'graphql';
import { expect, test, vi } from 'vitest';
import { ANONYMOUS, type Caller, PUBLIC } from '../../src/access/caller.ts';
import { requireKeyOrUser, requireScopeOrOwn, requireScopeOrOwner } from '../../src/schema/authorization.ts';
import { schema } from '../../src/schema/index.ts';
import { skipChecksOfRecords } from '../../src/schema/record-checks.ts';

const reader: Caller = { ...ANONYMOUS, kind: 'key', scopes: new Set(['customers:read']) };
type Extensions = Readonly<Record<string, unknown>>;

const fields = { text: { type: GraphQLString } };
const requires = (authScopes: object): Extensions => ({ pothosOptions: { authScopes } });

/** How often the records of a type were checked for a caller. */
function checksOf(caller: Caller, extensions: Extensions, ofInterface: Extensions = {}): number {
  const isTypeOf = vi.fn(() => true);
  const written = new GraphQLInterfaceType({ name: 'Written', fields, extensions: ofInterface });
  const note = new GraphQLObjectType({ name: 'Note', fields, extensions, isTypeOf, interfaces: [written] });
  skipChecksOfRecords(new GraphQLSchema({ query: note }));
  expect(note.isTypeOf?.({}, { caller }, {} as GraphQLResolveInfo)).toBe(true);
  return isTypeOf.mock.calls.length;
}

test.each([
  ['of a scope or the owner', requireScopeOrOwner('customers:read', () => 1)],
  ['of a scope or a shopper', requireScopeOrOwn('customers:read')],
])(
  'records that require the permission %s are checked unless the caller has the scope for all',
  (_, required) => {
    expect(checksOf(reader, requires(required))).toBe(0);
    expect(checksOf({ ...reader, scopes: new Set(['customers:write']) }, requires(required))).toBe(1);
    expect(checksOf({ ...reader, kind: 'shopper', customerEntityId: 1 }, requires(required))).toBe(1);
    expect(checksOf(PUBLIC, requires(required))).toBe(1);
  },
);

test('records are checked if their type requires no scope, or an interface of it requires something too', () => {
  expect(checksOf(reader, {})).toBe(1);
  expect(checksOf(reader, requires(requireKeyOrUser()))).toBe(1);
  const required = requires(requireScopeOrOwn('customers:read'));
  expect(checksOf(reader, required, requires(requireScopeOrOwn('instruments:read')))).toBe(1);
});

test('no type has an isTypeOf of its own, which a skipped check would leave out', () => {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const options = types.map(({ name, extensions }) => ({ name, options: extensions.pothosOptions }));
  expect(options.filter((each) => each.options !== undefined).length).toBeGreaterThan(30);
  expect(options.filter((each) => 'isTypeOf' in Object(each.options)).map(({ name }) => name)).toEqual([]);
});
