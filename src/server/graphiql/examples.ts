import type { GraphiQLOptions } from 'graphql-yoga';

/** A tab of GraphiQL. Its title is the operation name. */
export interface Example {
  readonly name: string;
  readonly query: string;
  readonly variables?: string;
}

/** The default tabs of the page. */
export const examples: readonly Example[] = [
  {
    name: 'Nested',
    query: `# Customers with their addresses, store credit
# and form fields, in one REST call.
query Nested {
  customers(first: 5) {
    totalCount
    nodes {
      entityId
      firstName
      lastName
      company
      storeCredit { amount }
      addresses(first: 3) {
        totalCount
        nodes { address1 city countryCode }
      }
      formFields {
        name
        ... on TextFormFieldValue { text }
        ... on NumberFormFieldValue { number }
        ... on ChoicesFormFieldValue { choices }
      }
    }
  }
}
`,
  },
  {
    name: 'Filter',
    query: `# The newest customers with "an" in their name.
# The store filters and sorts: one REST call.
query Filter {
  customers(
    first: 10
    sort: CREATED_AT_DESC
    filter: { nameLike: ["an"], createdAt: { min: "2023-01-01T00:00:00Z" } }
  ) {
    totalCount
    nodes { entityId firstName lastName company createdAt }
  }
}
`,
  },
  {
    name: 'Paging',
    query: `# One page of a list. For the next page, set the
# variable "after" to endCursor. One REST call a page.
query Paging($first: Int!, $after: String) {
  customers(first: $first, after: $after) {
    nodes { entityId email }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: '{ "first": 20, "after": null }',
  },
  {
    name: 'Lookups',
    query: `# Twenty customers under twenty aliases.
# The lookups are batched into one REST call.
query Lookups {
${Array.from({ length: 20 }, (_, i) => `  c${i + 1}: customer(by: { entityId: ${i + 1} }) { ...Card }`).join('\n')}
}

fragment Card on Customer { entityId firstName lastName email }
`,
  },
  {
    name: 'Node',
    query: `# Refetches an object by its id,
# as clients with a normalized cache do.
query Node {
  node(id: "${Buffer.from('Customer:1').toString('base64url')}") {
    id
    ... on Customer { email createdAt addressCount }
  }
}
`,
  },
];

/** The options of the GraphiQL page. */
export const graphiqlOptions: GraphiQLOptions = {
  title: 'GraphQL for BigCommerce customers',
  defaultTabs: examples.map(({ query, variables = null }) => ({ query, variables })),
  shouldPersistHeaders: false,
};
