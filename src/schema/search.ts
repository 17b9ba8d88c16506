import { SEARCH } from '../cost/search.ts';
import type { SearchHit } from '../resolvers/search/merge.ts';
import {
  DEFAULT_HITS,
  MAX_HITS,
  type SearchFailure,
  type SearchPage,
  searchCustomers,
} from '../resolvers/search/search.ts';
import { INHERITED, requireScope } from './authorization.ts';
import { builder } from './builder.ts';
import { customerSelectionOf } from './customer-selection.ts';
import { costs } from './descriptions.ts';
import { PageInfoRef } from './paging.ts';
import { CustomerRef } from './refs.ts';
import { selectionOf } from './selection.ts';

const CustomerSearchSource = builder.enumType('CustomerSearchSource', {
  description: 'Where a search looks, in the order of its results.',
  values: {
    EMAIL: { description: 'The whole e-mail address (`email:in`). A to Z match in either case.' },
    ID: { description: 'The id (`id:in`).' },
    PHONE: {
      description:
        'The whole telephone number (`phone:in`), as the store keeps it. The REST API of 2024 and earlier rejects this filter.',
    },
    COMPANY: { description: 'The whole name of the company (`company:in`).' },
    NAME: { description: 'Any part of "first last" (`name:like`).' },
  },
});

const CustomerSearchEdge = builder.objectRef<SearchHit>('CustomerSearchEdge').implement({
  extensions: INHERITED,
  description: 'A customer that a search has found, with its cursor.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      nullable: false,
      description: 'Cursor of the customer, for `after`.',
    }),
    node: t.expose('customer', { type: CustomerRef, nullable: false, description: 'The customer.' }),
    source: t.expose('source', {
      type: CustomerSearchSource,
      nullable: false,
      description: 'Where it was found first.',
    }),
  }),
});

const CustomerSearchFailure = builder.objectRef<SearchFailure>('CustomerSearchFailure').implement({
  extensions: INHERITED,
  description: 'A part of a search that failed. Its customers are missing from the results.',
  fields: (t) => ({
    source: t.expose('source', {
      type: CustomerSearchSource,
      nullable: false,
      description: 'Where the search could not look.',
    }),
    code: t.string({
      nullable: false,
      description: 'The code of the error, as in `extensions.code` of a failed field.',
      resolve: ({ error }) => error.code,
    }),
    message: t.string({
      nullable: false,
      description: 'The reason as a sentence.',
      resolve: ({ error }) => error.message,
    }),
  }),
});

const CustomerSearchConnection = builder.objectRef<SearchPage>('CustomerSearchConnection').implement({
  extensions: INHERITED,
  description: 'A page of the customers that a search has found.',
  fields: (t) => ({
    edges: t.expose('hits', {
      type: [CustomerSearchEdge],
      nullable: false,
      description: 'Customers of the page with their cursors.',
    }),
    nodes: t.field({
      type: [CustomerRef],
      nullable: false,
      description: 'Customers of the page.',
      resolve: ({ hits }) => hits.map(({ customer }) => customer),
    }),
    pageInfo: t.field({
      type: PageInfoRef,
      nullable: false,
      description:
        'Position of the page in the results. Its end cursor can be that of a customer shown before.',
      resolve: ({ hits, hasNextPage, hasPreviousPage, endCursor }) => ({
        hasNextPage,
        hasPreviousPage,
        startCursor: () => hits[0]?.cursor ?? null,
        endCursor: () => endCursor,
      }),
    }),
    failures: t.expose('failures', {
      type: [CustomerSearchFailure],
      nullable: false,
      description: 'What failed while the rest of the search answered. Empty if all answered.',
    }),
  }),
});

builder.queryFields((t) => ({
  searchCustomers: t.field({
    type: CustomerSearchConnection,
    authScopes: requireScope('customers:read'),
    description:
      'Searches for customers with one text: by whole e-mail address, id, whole telephone number, whole company name, and any part of the name. It asks for those that the text can be: an e-mail address is looked up as such alone. The results are in the order of `CustomerSearchSource`, each customer once. The store cannot search for a part of an e-mail address, of a telephone number or of a company, nor in addresses, notes and attributes. If one of the searches fails, `failures` names it and the others answer.',
    extensions: costs(SEARCH),
    args: {
      query: t.arg.string({
        required: true,
        description:
          'The text, of at least two characters: an id of one digit is an error, which `customer(by: { entityId })` finds. Blanks around it do not count. A comma is an error, because the store would take it for the end of a value.',
      }),
      first: t.arg.int({
        description: `Maximum number of customers: 0 to ${MAX_HITS}. The default is ${DEFAULT_HITS}. A page can be shorter, even if there is a next one.`,
      }),
      after: t.arg.string({ description: 'Cursor of the same search in the same store.' }),
    },
    resolve: (_root, args, ctx, info) =>
      searchCustomers(ctx, args, customerSelectionOf(selectionOf(info, ctx))),
  }),
}));
