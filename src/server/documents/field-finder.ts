import {
  BREAK,
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
} from 'graphql';

/** Whether a document selects a field of some kind. Documents that are asked for again cost nothing. */
export type FieldFinder = (document: DocumentNode) => boolean;

/** @param isSought whether a field of the schema is of the kind. A field of the same name on another type counts too. */
export function createFieldFinder(
  schema: GraphQLSchema,
  isSought: (field: GraphQLField<unknown, unknown>) => boolean,
): FieldFinder {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) || isInterfaceType(type),
  );
  const fields = types.flatMap((type) => Object.values(type.getFields()));
  const names = new Set(fields.filter(isSought).map(({ name }) => name));
  const known = new WeakMap<DocumentNode, boolean>();

  return (document) => {
    const selects = known.get(document) ?? selectsAny(document, names);
    known.set(document, selects);
    return selects;
  };
}

function selectsAny(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]({ name }) {
      found = names.has(name.value);
      return found ? BREAK : undefined;
    },
  });
  return found;
}
