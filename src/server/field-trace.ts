import { AsyncLocalStorage } from 'node:async_hooks';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';

const current = new AsyncLocalStorage<string>();

/** The field whose resolver led here, as its path without list positions: `customers.nodes.consent`. */
export function currentField(): string | null {
  return current.getStore() ?? null;
}

/** The same schema with resolvers that leave their field's path behind for whatever they call. Only explaining pays for it. */
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
  const above = prev === undefined ? '' : pathOf(prev);
  if (typeof key === 'number') return above;
  return above === '' ? key : `${above}.${key}`;
}
