import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, test } from 'vitest';
import { SCOPES, type Scope } from '../../src/access/caller.ts';
import {
  acceptedScopes,
  assertAllGuarded,
  INHERITED,
  requirementOf,
  requireScope,
} from '../../src/schema/authorization.ts';

/** A schema with one root field and one field below it, with these extensions. */
function schemaOf(at: { readonly root?: object; readonly type?: object; readonly field?: object }) {
  const note = new GraphQLObjectType({
    name: 'Note',
    extensions: { ...at.type },
    fields: { text: { type: GraphQLString, description: 'The text.', extensions: { ...at.field } } },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      extensions: { pothosOptions: { authScopes: requireScope('customers:read') } },
      fields: { note: { type: note, description: 'A note.', extensions: { ...at.root } } },
    }),
  });
}

const declared = (...scopes: readonly Scope[]) => ({
  pothosOptions: { authScopes: requireScope(...scopes) },
});

test('rejects a schema with fields that have no declared authorization', () => {
  expect(() => assertAllGuarded(schemaOf({}))).toThrow('authScopes are missing for Query.note, Note.text.');
});

test('applies the authorization of a type to all of its fields, except for root types', () => {
  expect(() => assertAllGuarded(schemaOf({ type: declared('settings:read') }))).toThrow(
    'authScopes are missing for Query.note.',
  );
  expect(() => assertAllGuarded(schemaOf({ root: declared('settings:read') }))).toThrow(
    'authScopes are missing for Note.text.',
  );
});

test('accepts a type without authorization of its own only if it declares that it inherits', () => {
  const root = declared('settings:read');
  expect(() => assertAllGuarded(schemaOf({ root, type: INHERITED }))).not.toThrow();
  expect(() => assertAllGuarded(schemaOf({ root, field: declared('settings:read') }))).not.toThrow();
});

test('the schema uses exactly the scopes that callers can have, except that of the metrics', async () => {
  const { schema } = await import('../../src/schema/index.ts');
  const used = Object.values(schema.getTypeMap()).flatMap((type) =>
    type instanceof GraphQLObjectType
      ? [type, ...Object.values(type.getFields())].flatMap((each) =>
          acceptedScopes(requirementOf(each) ?? {}),
        )
      : [],
  );
  expect([...new Set(used)].toSorted()).toEqual(
    SCOPES.filter((scope) => scope !== 'metrics:read').toSorted(),
  );
});
