import type { Theme } from './operation.ts';

const bulkWrites: Theme = {
  name: 'Bulk writes',
  operations: [
    {
      name: 'CreateCustomers',
      title: 'Create customers with what they hold',
      explanation:
        'Ten items a call. The first run is CREATED. Run it again: FAILED with the code TAKEN, and "existing" is who has the address.',
      query: `mutation CreateCustomers($customers: [CreateCustomerInput!]!) {
  createCustomers(input: { customers: $customers }) {
    summary {
      total
      created
      failed
    }
    results {
      index
      outcome
      customer {
        entityId
        email
      }
      existing {
        entityId
      }
      errors {
        code
        message
        path
      }
    }
  }
}
`,
      variables: {
        customers: [
          {
            email: 'ada.library@example.org',
            firstName: 'Ada',
            lastName: 'Lovelace',
            attributes: [{ attributeName: 'Shoe size', value: '38' }],
            formFields: [{ name: 'Nickname', value: { text: 'Countess' } }],
          },
          { email: 'grace.library@example.org', firstName: 'Grace', lastName: 'Hopper' },
        ],
      },
      calls: 2,
      expected: { outcomes: ['CREATED', 'CREATED'], outcomesAgain: ['FAILED', 'FAILED'] },
    },
    {
      name: 'UpdateCustomers',
      title: 'Change customers',
      explanation: 'Absent fields stay unchanged, null clears a field. Ten items a call.',
      query: `mutation UpdateCustomers($customers: [UpdateCustomerInput!]!) {
  updateCustomers(input: { customers: $customers }) {
    results {
      index
      outcome
      customer {
        entityId
        company
        notes
      }
      errors {
        code
        message
        path
      }
    }
  }
}
`,
      variables: {
        customers: [
          { entityId: 5, company: 'Engines Ltd' },
          { entityId: 6, notes: null },
        ],
      },
      calls: 1,
      expected: { outcomes: ['UPDATED', 'UPDATED'] },
    },
    {
      name: 'AddAddresses',
      title: 'Add addresses',
      explanation:
        'The first run is CREATED. Run it again: UNCHANGED with the code DUPLICATE. The first create of a process reads the highest address id once.',
      query: `mutation AddAddresses($addresses: [CreateCustomerAddressInput!]!) {
  createCustomerAddresses(input: { addresses: $addresses }) {
    results {
      index
      outcome
      address {
        entityId
        city
      }
      errors {
        code
        message
        path
      }
    }
  }
}
`,
      variables: {
        addresses: [
          {
            customerEntityId: 7,
            firstName: 'Ada',
            lastName: 'Lovelace',
            address1: '12 Quay Street',
            city: 'Bergen',
            postalCode: '5003',
            countryCode: 'NO',
          },
        ],
      },
      calls: 3,
      expected: { outcomes: ['CREATED'], outcomesAgain: ['UNCHANGED'] },
    },
    {
      name: 'DeleteCustomers',
      title: 'Delete customers',
      explanation:
        'Up to 250 ids a call, and one call that looks up which exist. The first run is DELETED. Run it again: FAILED with the code NOT_FOUND.',
      query: `mutation DeleteCustomers($ids: [Int!]!) {
  deleteCustomers(input: { entityIds: $ids }) {
    summary {
      deleted
      failed
    }
    results {
      entityId
      outcome
      errors {
        code
        message
        path
      }
    }
  }
}
`,
      variables: { ids: [249, 250] },
      calls: 2,
      expected: { outcomes: ['DELETED', 'DELETED'], outcomesAgain: ['FAILED', 'FAILED'] },
    },
  ],
};

const failures: Theme = {
  name: 'What failed and why',
  operations: [
    {
      name: 'PartlyInvalid',
      title: 'One invalid item among valid ones',
      explanation:
        'The first item is written. The second is FAILED: "errors" names the part of the input and the reason. Run it again: the first is TAKEN.',
      query: `mutation PartlyInvalid($customers: [CreateCustomerInput!]!) {
  createCustomers(input: { customers: $customers }) {
    results {
      index
      outcome
      errors {
        code
        message
        path
      }
    }
  }
}
`,
      variables: {
        customers: [
          { email: 'valid.library@example.org', firstName: 'Val', lastName: 'Idris' },
          { email: 'no address', firstName: 'In', lastName: 'Valid' },
        ],
      },
      calls: 1,
      expected: { outcomes: ['CREATED', 'FAILED'], outcomesAgain: ['FAILED', 'FAILED'] },
    },
    {
      name: 'PartialAnswer',
      title: 'A field that fails beside one that works',
      explanation: 'The wrong argument is an error at its path, with a code. The other field stands.',
      query: `query PartialAnswer {
  wrong: customers(first: 300) {
    nodes {
      entityId
    }
  }
  right: customer(by: { entityId: 1 }) {
    email
  }
}
`,
      calls: 1,
      expected: { errorCodes: ['BAD_USER_INPUT'] },
    },
    {
      name: 'TooExpensive',
      title: 'An operation that costs too much',
      explanation:
        'Consent and instruments of 250 customers take 501 calls. The limit is 500, so nothing is sent. The error names the costliest field.',
      query: `query TooExpensive {
  customers(first: 250) {
    nodes {
      consent {
        allow
      }
      storedInstruments {
        type
      }
    }
  }
}
`,
      calls: 0,
      expected: { errorCodes: ['OPERATION_TOO_EXPENSIVE'] },
    },
    {
      name: 'UnknownIds',
      title: 'Records that do not exist',
      explanation:
        'Unknown ids are no errors: the fields are null, and each place of the list has its own answer.',
      query: `query UnknownIds($ids: [ID!]!) {
  customer(by: { entityId: 999999 }) {
    email
  }
  nodes(ids: $ids) {
    id
  }
}
`,
      variables: {
        ids: ['Customer:1', 'Customer:999999'].map((id) => Buffer.from(id).toString('base64url')),
      },
      calls: 1,
      expected: { nullFields: ['customer'] },
    },
  ],
};

/** The themes of writes and of their failures. */
export const writes: readonly Theme[] = [bulkWrites, failures];
