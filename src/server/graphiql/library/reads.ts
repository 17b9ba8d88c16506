import type { Theme } from './operation.ts';

const find: Theme = {
  name: 'Find',
  operations: [
    {
      name: 'CustomerByEmail',
      title: 'A customer by e-mail address',
      explanation:
        'The address is compared as a whole, without regard to case. The answer is null if no customer has it.',
      query: `query CustomerByEmail($email: String!) {
  customer(by: { email: $email }) {
    entityId
    firstName
    lastName
    createdAt
  }
}
`,
      variables: { email: 'i.chevallier.1@post.example.org' },
      calls: 1,
    },
    {
      name: 'FilteredCustomers',
      title: 'The newest customers with "an" in their name',
      explanation: 'The store filters and sorts, so a page costs one call.',
      query: `query FilteredCustomers($filter: CustomerFilter) {
  customers(first: 10, sort: CREATED_AT_DESC, filter: $filter) {
    totalCount
    nodes {
      entityId
      firstName
      lastName
      company
      createdAt
    }
  }
}
`,
      variables: { filter: { nameLike: ['an'], createdAt: { min: '2023-01-01T00:00:00Z' } } },
      calls: 1,
    },
    {
      name: 'SearchCustomers',
      title: 'One search box',
      explanation:
        'One text is searched for as an id, a telephone number, a company and a part of a name, in parallel. "failures" names the searches that did not answer.',
      query: `query SearchCustomers($text: String!) {
  searchCustomers(query: $text, first: 10) {
    nodes {
      entityId
      firstName
      lastName
      company
    }
    failures {
      source
    }
  }
}
`,
      variables: { text: 'Chevallier' },
      calls: 2,
    },
    {
      name: 'ManyLookups',
      title: 'Twenty lookups in one call',
      explanation: 'Lookups under any aliases are batched: up to 250 distinct ids cost one call.',
      query: `query ManyLookups {
${Array.from({ length: 20 }, (_, i) => `  c${i + 1}: customer(by: { entityId: ${i + 1} }) { ...Card }`).join('\n')}
}

fragment Card on Customer {
  entityId
  firstName
  lastName
  email
}
`,
      calls: 1,
    },
    {
      name: 'RefetchNode',
      title: 'Refetch an object by its global id',
      explanation: 'Clients with a normalized cache refetch objects this way. The id is that of customer 1.',
      query: `query RefetchNode($id: ID!) {
  node(id: $id) {
    id
    ... on Customer {
      email
      createdAt
      addressCount
    }
  }
}
`,
      variables: { id: Buffer.from('Customer:1').toString('base64url') },
      calls: 1,
    },
  ],
};

const nest: Theme = {
  name: 'Nest',
  operations: [
    {
      name: 'NestedCustomers',
      title: 'Customers with all that they hold',
      explanation: 'Addresses, store credit and form fields come with the page of customers, in one call.',
      query: `query NestedCustomers {
  customers(first: 5) {
    totalCount
    nodes {
      entityId
      firstName
      lastName
      company
      storeCredit {
        amount
      }
      addresses(first: 3) {
        totalCount
        nodes {
          address1
          city
          countryCode
        }
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
      calls: 1,
    },
    {
      name: 'AddressOwners',
      title: 'Addresses and the customers behind them',
      explanation: 'One call reads the page of addresses, one more reads all of their distinct customers.',
      query: `query AddressOwners {
  customerAddresses(first: 10) {
    nodes {
      city
      countryCode
      customer {
        entityId
        email
      }
    }
  }
}
`,
      calls: 2,
    },
    {
      name: 'DeferredConsent',
      title: 'Slow fields after the page',
      explanation:
        'Consent costs one call per customer. With @defer the page arrives first and the consent follows in a second part.',
      query: `query DeferredConsent {
  customers(first: 5) {
    nodes {
      entityId
      email
      ... @defer {
        consent {
          allow
          deny
        }
      }
    }
  }
}
`,
      calls: 6,
    },
  ],
};

const page: Theme = {
  name: 'Page',
  operations: [
    {
      name: 'FirstPage',
      title: 'A page, and the cursor of the next one',
      explanation: 'Copy endCursor into the variable "after" for the next page. A page costs one call.',
      query: `query FirstPage($first: Int!, $after: String) {
  customers(first: $first, after: $after) {
    nodes {
      entityId
      email
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
      variables: { first: 20, after: null },
      calls: 1,
    },
    {
      name: 'LastPage',
      title: 'A list from its end',
      explanation:
        'One call says how long the list is, one more reads its end. Copy startCursor into "before" for the page before.',
      query: `query LastPage($last: Int!, $before: String) {
  customers(last: $last, before: $before) {
    nodes {
      entityId
      email
    }
    pageInfo {
      hasPreviousPage
      startCursor
    }
  }
}
`,
      variables: { last: 10, before: null },
      calls: 2,
    },
    {
      name: 'NumberedPage',
      title: 'Page three by its number',
      explanation:
        'An offset that is a multiple of the page size costs one call. "totalCount" comes with it.',
      query: `query NumberedPage($first: Int!, $offset: Int!) {
  customers(first: $first, offset: $offset, sort: LAST_NAME_ASC) {
    totalCount
    nodes {
      entityId
      lastName
    }
  }
}
`,
      variables: { first: 20, offset: 40 },
      calls: 1,
    },
  ],
};

/** The themes that find records. */
export const reads: readonly Theme[] = [find, nest, page];
