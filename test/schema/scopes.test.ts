import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, test } from 'vitest';
import { SCOPES, type Scope } from '../../src/access/caller.ts';
import { AS_ABOVE, guarded, needs, needsOf, scopesIn } from '../../src/schema/scopes.ts';

/** A schema with one field at the root and one below it, with these declarations. */
function schemaOf(at: { readonly root?: object; readonly type?: object; readonly field?: object }) {
  const note = new GraphQLObjectType({
    name: 'Note',
    extensions: { ...at.type },
    fields: { text: { type: GraphQLString, description: 'The text.', extensions: { ...at.field } } },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      extensions: { pothosOptions: { authScopes: needs('customers:read') } },
      fields: { note: { type: note, description: 'A note.', extensions: { ...at.root } } },
    }),
  });
}

const declared = (...scopes: readonly Scope[]) => ({
  pothosOptions: { authScopes: needs(...scopes) },
});

test('refuses a schema with fields of which nobody said who may ask for them', () => {
  expect(() => guarded(schemaOf({}))).toThrow(
    'the schema does not say who may ask for Query.note, Note.text: authScopes are missing',
  );
});

test('takes what is said of a type for all of its fields, but not at the root', () => {
  expect(() => guarded(schemaOf({ type: declared('settings:read') }))).toThrow('who may ask for Query.note:');
  expect(() => guarded(schemaOf({ root: declared('settings:read') }))).toThrow('who may ask for Note.text:');
});

test('takes a type that asks for no more than the field that leads to it only where it says so', () => {
  const root = declared('settings:read');
  expect(guarded(schemaOf({ root, type: AS_ABOVE }))).toBeInstanceOf(GraphQLSchema);
  expect(guarded(schemaOf({ root, field: declared('settings:read') }))).toBeInstanceOf(GraphQLSchema);
});

test('tells in the description what a field and a type need', () => {
  const schema = guarded(
    schemaOf({ root: declared('customers:read', 'settings:read'), type: declared('settings:read') }),
  );
  expect(schema.getQueryType()?.getFields().note?.description).toBe(
    'A note. Callers need `customers:read` or `settings:read`.',
  );
  expect(schema.getType('Note')?.description).toContain('Callers need `settings:read`.');
});

test('knows no scope beside those that callers can have', async () => {
  const { schema } = await import('../../src/schema/index.ts');
  const used = Object.values(schema.getTypeMap()).flatMap((type) =>
    type instanceof GraphQLObjectType
      ? [type, ...Object.values(type.getFields())].flatMap((each) => scopesIn(needsOf(each) ?? {}))
      : [],
  );
  expect([...new Set(used)].toSorted()).toEqual([...SCOPES].toSorted());
});
