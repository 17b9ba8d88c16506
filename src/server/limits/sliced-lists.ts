import { isPromise, MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
} from 'graphql';
import type { Task } from './time-slices.ts';

/**
 * A copy of the schema that executes the items of long lists in time slices. The executor completes all items of a list in one
 * turn of the event loop, unless they are promises.
 */
export function withSlicedLists(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) => {
      if (!isListType(getNullableType(field.type)) || isLeafType(getNamedType(field.type))) return undefined;
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        resolve(parent, args, context: { readonly task: Task }, info) {
          const list: unknown = resolve(parent, args, context, info);
          const { task } = context;
          return isPromise(list) ? list.then((items) => sliced(items, task)) : sliced(list, task);
        },
      };
    },
  });
}

/** A shorter list is completed in one go, if there is time left when it begins. */
const MIN_SLICED_LENGTH = 10;

function sliced(list: unknown, task: Task): unknown {
  if (!Array.isArray(list) || list.length === 0) return list;
  return list.length < MIN_SLICED_LENGTH && !task.isOver() ? list : itemsInSlices(list, task);
}

function* itemsInSlices(list: readonly unknown[], task: Task): Generator {
  const inSlice = (item: unknown) => (task.isOver() ? deferred(item, task) : item);
  // A promise is returned at once, because the executor has to handle its rejection.
  for (const item of list) yield isPromise(item) ? item.then(inSlice) : inSlice(item);
}

function deferred(item: unknown, task: Task): Promise<unknown> {
  return new Promise((resolve) => {
    task.defer(() => resolve(item));
  });
}
