import type { ArgBuilder, InterfaceRef, ObjectRef } from '@pothos/core';
import type { Connection } from '../resolvers/paging/connection.ts';
import { INHERITED } from './authorization.ts';
import { builder, type SchemaTypes } from './builder.ts';

/** The four arguments of every connection. */
export function pagingArgs(t: ArgBuilder<SchemaTypes>) {
  return {
    first: t.int({
      description:
        'Maximum number of records from the start of the list, or after `after`: 0 to 250. The default is 50 if neither `first` nor `last` is given. A page is shorter if the store grants fewer records a page.',
    }),
    after: t.string({
      description:
        'Cursor of this list of this store, with the same filter and sort order. Can be combined only with `first`.',
    }),
    last: t.int({
      description:
        'Maximum number of records from the end of the list, or before `before`: 0 to 250. Cannot be combined with `first`.',
    }),
    before: t.string({
      description:
        'Cursor of this list of this store, with the same filter and sort order. Can be combined only with `last`.',
    }),
  };
}

/** The arguments of a root connection. */
export function rootPagingArgs(t: ArgBuilder<SchemaTypes>) {
  return {
    ...pagingArgs(t),
    offset: t.int({
      description:
        'Number of records to skip from the start of the list, to jump to a page or to read pages side by side. Beyond the end, the page is empty. Such pages are numbered and can shift while records change. Can be combined only with `first`.',
    }),
  };
}

/** The position of a page in its list. */
export interface PagePosition {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Null if there is none. Computed only if it is selected. */
  readonly startCursor: () => string | null;
  readonly endCursor: () => string | null;
}

function positionOf<T>({ nodes, cursorAt, hasNextPage, hasPreviousPage }: Connection<T>): PagePosition {
  const cursorOf = (index: number) => (nodes.length === 0 ? null : cursorAt(index));
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: () => cursorOf(0),
    endCursor: () => cursorOf(nodes.length - 1),
  };
}

export const PageInfoRef = builder.objectRef<PagePosition>('PageInfo').implement({
  extensions: INHERITED,
  description: 'Position of a page in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      nullable: false,
      description:
        'Whether there is a next page. Cursor pages carry no total, so a full page implies another one until the total of the first page is reached. That total is trusted for ten minutes, and only for lists that grow at the end. False for `first: 0` without a request.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      nullable: false,
      description: 'Whether there is a previous page.',
    }),
    startCursor: t.string({
      description:
        'Cursor of the first record. Null on an empty page. The page before it costs one REST call.',
      resolve: ({ startCursor }) => startCursor(),
    }),
    endCursor: t.string({
      description: 'Cursor of the last record. Null on an empty page. The page after it costs one REST call.',
      resolve: ({ endCursor }) => endCursor(),
    }),
  }),
});

interface Edge<T> {
  readonly node: T;
  readonly page: Connection<T>;
  readonly index: number;
}

export interface ConnectionDescriptions {
  /** Plural of the records, for the descriptions. */
  readonly records: string;
  /** Description of `totalCount`, with its cost. */
  readonly totalCount: string;
}

/** Declares the connection and the edge of a list of `node`s. */
export function defineConnection<T>(
  name: string,
  node: ObjectRef<SchemaTypes, T> | InterfaceRef<SchemaTypes, T>,
  descriptions: ConnectionDescriptions,
) {
  const edge = builder.objectRef<Edge<T>>(`${name}Edge`).implement({
    extensions: INHERITED,
    description: `An edge of a list of ${descriptions.records}: a record with its cursor.`,
    fields: (t) => ({
      cursor: t.string({
        nullable: false,
        description: 'Cursor of the record, for `after` or `before`.',
        resolve: ({ page, index }) => page.cursorAt(index),
      }),
      node: t.field({
        type: node,
        nullable: false,
        description: 'The record.',
        // Pothos cannot infer that a record is never a list.
        resolve: (edge) => edge.node as never,
      }),
    }),
  });
  return builder.objectRef<Connection<T>>(`${name}Connection`).implement({
    extensions: INHERITED,
    description: `A page of ${descriptions.records}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'Records of the page with their cursors.',
        resolve: (page) => page.nodes.map((record, index) => ({ node: record, page, index })),
      }),
      nodes: t.field({
        type: [node],
        nullable: false,
        description: 'Records of the page.',
        resolve: (page) => page.nodes,
      }),
      pageInfo: t.field({
        type: PageInfoRef,
        nullable: false,
        description: 'Position of the page in its list.',
        resolve: positionOf,
      }),
      totalCount: t.int({ description: descriptions.totalCount, resolve: (page) => page.totalCount }),
    }),
  });
}
