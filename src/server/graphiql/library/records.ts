import type { Theme } from './operation.ts';

const attributes: Theme = {
  name: 'Attributes',
  operations: [
    {
      name: 'AttributeDefinitions',
      title: 'The attributes of the store',
      explanation: 'One call, then none for 60 seconds.',
      query: `query AttributeDefinitions {
  customerAttributeDefinitions {
    entityId
    name
    type
  }
}
`,
      calls: 1,
    },
    {
      name: 'AttributeByName',
      title: 'One attribute of each customer, by name',
      explanation:
        'Up to ten values come with a customer: one customer here has more, which costs one call. The name needs the definitions: one more, then none for 60 seconds.',
      query: `query AttributeByName($name: String!) {
  customers(first: 10) {
    nodes {
      entityId
      attribute(by: { name: $name }) {
        value
        numberValue
      }
    }
  }
}
`,
      variables: { name: 'Shoe size' },
      calls: 3,
    },
    {
      name: 'SetAttributes',
      title: 'Set attributes by name',
      explanation:
        'Each item has its own outcome: CREATED if the customer had no value, else UPDATED. A name costs the definitions once.',
      query: `mutation SetAttributes($values: [UpsertCustomerAttributeValueInput!]!) {
  upsertCustomerAttributeValues(input: { values: $values }) {
    results {
      index
      outcome
      value {
        name
        value
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
        values: [
          { customerEntityId: 1, attributeName: 'Shoe size', value: '42' },
          { customerEntityId: 1, attributeName: 'Loyalty tier', value: 'Gold' },
        ],
      },
      calls: 2,
      expected: { outcomes: ['UPDATED', 'CREATED'], outcomesAgain: ['UPDATED', 'UPDATED'] },
    },
  ],
};

const formFields: Theme = {
  name: 'Form fields',
  operations: [
    {
      name: 'FormFieldsOfCustomer',
      title: 'The form fields of a customer and of an address',
      explanation: 'A value is a text, a number or a list of choices. All come with the customer.',
      query: `query FormFieldsOfCustomer($id: Int!) {
  customer(by: { entityId: $id }) {
    formFields { ...Value }
    addresses(first: 1) {
      nodes {
        formFields { ...Value }
      }
    }
  }
}

fragment Value on FormFieldValue {
  name
  ... on TextFormFieldValue { text }
  ... on NumberFormFieldValue { number }
  ... on ChoicesFormFieldValue { choices }
}
`,
      variables: { id: 1 },
      calls: 1,
    },
    {
      name: 'FormFieldDefinitions',
      title: 'The form fields of the store',
      explanation:
        'The REST API does not list them, so the gateway learns them from values: eight calls, then none for 60 seconds.',
      query: `query FormFieldDefinitions {
  formFieldDefinitions {
    owner
    name
    type
  }
}
`,
      calls: 8,
    },
    {
      name: 'SetFormFields',
      title: 'Set form fields',
      explanation:
        'The outcome is always UPDATED: the store does not report whether there was a value before.',
      query: `mutation SetFormFields($values: [UpsertFormFieldValueInput!]!) {
  upsertFormFieldValues(input: { values: $values }) {
    results {
      index
      outcome
      value {
        name
        ... on TextFormFieldValue { text }
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
        values: [
          { owner: { customerEntityId: 1 }, name: 'Nickname', value: { text: 'Sparrow' } },
          { owner: { customerEntityId: 3 }, name: 'Nickname', value: { text: 'Kiki' } },
        ],
      },
      calls: 1,
      expected: { outcomes: ['UPDATED', 'UPDATED'] },
    },
  ],
};

const consent: Theme = {
  name: 'Consent',
  operations: [
    {
      name: 'ConsentOfCustomer',
      title: 'What a customer allows',
      explanation: 'One call, without a read of the customer.',
      query: `query ConsentOfCustomer($id: Int!) {
  customerConsent(customerEntityId: $id) {
    allow
    deny
    updatedAt
  }
}
`,
      variables: { id: 3 },
      calls: 1,
    },
    {
      name: 'SetConsent',
      title: 'Set the consent of two customers',
      explanation:
        'The store has no batch: one call per customer, and one read for each item that leaves out a list.',
      query: `mutation SetConsent($customers: [CustomerConsentInput!]!) {
  updateCustomerConsent(input: { customers: $customers }) {
    results {
      index
      outcome
      consent {
        allow
        deny
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
          { customerEntityId: 3, allow: ['ESSENTIAL', 'ANALYTICS'], deny: ['TARGETING'] },
          { customerEntityId: 4, deny: ['TARGETING'] },
        ],
      },
      calls: 3,
      expected: { outcomes: ['UPDATED', 'UPDATED'] },
    },
  ],
};

const instruments: Theme = {
  name: 'Instruments',
  operations: [
    {
      name: 'StoredInstruments',
      title: 'The stored cards and accounts of a customer',
      explanation:
        'One call per customer. Tokens of instruments need a scope of their own and are never logged.',
      query: `query StoredInstruments($id: Int!) {
  customerStoredInstruments(customerEntityId: $id) {
    type
    isDefault
    ... on CardInstrument {
      brand
      last4
      expiryMonth
      expiryYear
    }
    ... on BankAccountInstrument {
      issuer
      maskedAccountNumber
    }
    ... on PayPalAccountInstrument {
      email
    }
  }
}
`,
      variables: { id: 2 },
      calls: 1,
    },
  ],
};

const metafields: Theme = {
  name: 'Metafields',
  operations: [
    {
      name: 'MetafieldByName',
      title: 'One metafield of a customer',
      explanation: 'By namespace and key, in one call, without a read of the customer.',
      query: `query MetafieldByName($id: Int!, $namespace: String!, $key: String!) {
  customerMetafield(customerEntityId: $id, by: { name: { namespace: $namespace, key: $key } }) {
    entityId
    value
    permissionSet
    updatedAt
  }
}
`,
      variables: { id: 4, namespace: 'loyalty', key: 'points' },
      calls: 1,
    },
    {
      name: 'MetafieldsOfStore',
      title: 'The metafields of all customers in a namespace',
      explanation: 'One call per page.',
      query: `query MetafieldsOfStore($namespace: String!) {
  customerMetafields(first: 10, filter: { namespace: $namespace }) {
    totalCount
    nodes {
      customerEntityId
      key
      value
    }
  }
}
`,
      variables: { namespace: 'loyalty' },
      calls: 1,
    },
    {
      name: 'AddMetafields',
      title: 'Add metafields',
      explanation:
        'The first run is CREATED. Run it again: FAILED with the code TAKEN, because a customer has each key of a namespace once.',
      query: `mutation AddMetafields($metafields: [CreateCustomerMetafieldInput!]!) {
  createCustomerMetafields(input: { metafields: $metafields }) {
    results {
      index
      outcome
      metafield {
        entityId
        namespace
        key
        value
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
        metafields: [
          {
            customerEntityId: 1,
            namespace: 'library',
            key: 'note',
            value: 'prefers tea',
            permissionSet: 'READ',
          },
          {
            customerEntityId: 3,
            namespace: 'library',
            key: 'note',
            value: 'likes maps',
            permissionSet: 'READ',
          },
        ],
      },
      calls: 1,
      expected: { outcomes: ['CREATED', 'CREATED'], outcomesAgain: ['FAILED', 'FAILED'] },
    },
  ],
};

/** The themes of what a customer has. */
export const records: readonly Theme[] = [attributes, formFields, consent, instruments, metafields];
