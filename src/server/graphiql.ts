import type { GraphiQLOptions } from 'graphql-yoga';

/** What the page offers to whoever opens it for the first time: one tab each. */
export const examples: readonly { readonly name: string; readonly query: string }[] = [
  {
    name: 'Nested',
    query: `# Customers with their addresses, form fields and store credit: one REST call, whatever is nested.
query Nested {
  customers(first: 5) {
    totalCount
    nodes {
      entityId
      firstName
      lastName
      storeCredit { amount }
      formFields {
        name
        ... on TextFormFieldValue { text }
        ... on NumberFormFieldValue { number }
        ... on ChoicesFormFieldValue { choices }
      }
      addresses(first: 3) {
        totalCount
        nodes { address1 city countryCode }
      }
    }
  }
}
`,
  },
  {
    name: 'Filter',
    query: `# Every filter of the store, and its sorts: one REST call.
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
    query: `# Walk a list: give endCursor back as "after". Each page is one REST call.
query Paging($after: String) {
  customers(first: 20, after: $after) {
    nodes { entityId email }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    name: 'Lookups',
    query: `# Twenty look-ups under twenty aliases: still one REST call.
query Lookups {
${Array.from({ length: 20 }, (_, i) => `  c${i + 1}: customer(by: { entityId: ${i + 1} }) { ...Card }`).join('\n')}
}

fragment Card on Customer { entityId firstName lastName email }
`,
  },
  {
    name: 'Node',
    query: `# Anything that has an id can be found again by it.
query Node {
  node(id: "${Buffer.from('Customer:1').toString('base64url')}") {
    id
    ... on Customer { email createdAt addressCount }
  }
}
`,
  },
];

/** The page's options. It is served from a package, with all it needs in it, and asks no other host for anything. */
export const graphiqlOptions: GraphiQLOptions = {
  title: 'GraphQL for BigCommerce customers',
  defaultTabs: examples.map(({ query }) => ({ query })),
  shouldPersistHeaders: false,
};
