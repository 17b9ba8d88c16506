import { AsyncLocalStorage } from 'node:async_hooks';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';

const current = new AsyncLocalStorage<string>();

/** Path of the field whose resolver is running, without list indices: `customers.nodes.consent`. Null outside resolvers. */
export function currentField(): string | null {
  return current.getStore() ?? null;
}

/** A copy of the schema whose resolvers set `currentField` for the code they call. Used for `explain` only: it has a cost. */
export function traceFields(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) => {
      const resolve = field.resolve ?? defaultFieldResolver;
      return {
        ...field,
        resolve: (parent, args, context, info) =>
          current.run(pathOf(info.path), () => resolve(parent, args, context, info)),
      };
    },
  });
}

function pathOf({ prev, key }: GraphQLResolveInfo['path']): string {
  const parent = prev === undefined ? '' : pathOf(prev);
  if (typeof key === 'number') return parent;
  return parent === '' ? key : `${parent}.${key}`;
}
