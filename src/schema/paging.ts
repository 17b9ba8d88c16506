import type { ArgBuilder, InterfaceRef, ObjectRef } from '@pothos/core';
import type { Connection } from '../resolvers/paging.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { AS_ABOVE } from './scopes.ts';

/** The four arguments of every connection. */
export function pagingArgs(t: ArgBuilder<SchemaTypes>) {
  return {
    first: t.int({
      description:
        'How many from the start, or after `after`: 0 to 250. 50 where neither `first` nor `last` is given.',
    }),
    after: t.string({
      description: 'A cursor of this list, with the same filter and sort; goes with `first`.',
    }),
    last: t.int({
      description: 'How many from the end, or before `before`: 0 to 250. Not together with `first`.',
    }),
    before: t.string({
      description: 'A cursor of this list, with the same filter and sort; goes with `last`.',
    }),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the page's own records do not matter to the information about it
const PageInfoRef = builder.objectRef<Connection<any>>('PageInfo').implement({
  extensions: AS_ABOVE,
  description: 'Where a page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      nullable: false,
      description:
        'Whether more follows. The store tells no total on pages that are read by cursor: there a full page promises another, unless the total told at the beginning of the walk (believed for ten minutes, of lists that grow at their ends) is reached. False where `first: 0` asked nothing.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      nullable: false,
      description: 'Whether something comes before.',
    }),
    startCursor: t.string({
      description:
        'The cursor of the first record; null on an empty page. Paging back from it costs one REST call.',
      resolve: (page) => (page.nodes.length === 0 ? null : page.cursorAt(0)),
    }),
    endCursor: t.string({
      description:
        'The cursor of the last record; null on an empty page. Paging on from it costs one REST call.',
      resolve: (page) => (page.nodes.length === 0 ? null : page.cursorAt(page.nodes.length - 1)),
    }),
  }),
});

interface Edge<T> {
  readonly node: T;
  readonly page: Connection<T>;
  readonly index: number;
}

export interface ConnectionWords {
  /** What the list is, for its description. */
  readonly of: string;
  /** What its total is and what it costs. */
  readonly totalCount: string;
}

/** Declares the connection and the edge of a list of `node`s. */
export function defineConnection<T>(
  name: string,
  node: ObjectRef<SchemaTypes, T> | InterfaceRef<SchemaTypes, T>,
  words: ConnectionWords,
) {
  const edge = builder.objectRef<Edge<T>>(`${name}Edge`).implement({
    extensions: AS_ABOVE,
    description: `One of ${words.of}, with its place in the list.`,
    fields: (t) => ({
      cursor: t.string({
        nullable: false,
        description: 'Where this record stands; to be given as `after` or `before`.',
        resolve: ({ page, index }) => page.cursorAt(index),
      }),
      node: t.field({
        type: node,
        nullable: false,
        description: 'The record itself.',
        // Pothos cannot tell that no record is a list.
        resolve: (edge) => edge.node as never,
      }),
    }),
  });
  return builder.objectRef<Connection<T>>(`${name}Connection`).implement({
    extensions: AS_ABOVE,
    description: `A page of ${words.of}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'The records with their cursors.',
        resolve: (page) => page.nodes.map((record, index) => ({ node: record, page, index })),
      }),
      nodes: t.field({
        type: [node],
        nullable: false,
        description: 'The records themselves.',
        resolve: (page) => page.nodes,
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        nullable: false,
        description: 'Where this page stands in its list.',
        resolve: (page) => page,
      }),
      totalCount: t.int({ description: words.totalCount, resolve: (page) => page.totalCount }),
    }),
  });
}
