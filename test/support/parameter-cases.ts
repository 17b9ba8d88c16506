import type { OperationId } from '../../src/rest/operations.ts';

const at = '2018-09-05T13:43:54Z';
const nodes = '{ nodes { __typename } }';
const list = (field: string, args: string, selection = nodes) => `{ ${field}(${args}) ${selection} }`;

/** A document, or one that needs a cursor of the list in the field. */
export type Document = string | { readonly field: string; readonly next: (cursor: string) => string };

/** The name, the pair that the store receives, and a document that sends it. Null: the gateway does without it. */
export type ParameterCase = readonly [parameter: string, pair: string | null, document: Document];

function paging(field: string): readonly ParameterCase[] {
  return [
    ['page', 'page=3', list(field, 'first: 1, offset: 2')],
    ['limit', 'limit=7', list(field, 'first: 7')],
  ];
}

function cursors(field: string): readonly ParameterCase[] {
  return [
    ['after', 'after=', { field, next: (cursor) => list(field, `first: 1, after: "${cursor}"`) }],
    ['before', 'before=', { field, next: (cursor) => list(field, `last: 1, before: "${cursor}"`) }],
  ];
}

function filtered(field: string, filter: string): string {
  return list(field, `filter: { ${filter} }`);
}

function dates(field: string): readonly ParameterCase[] {
  return [
    ['date_created', 'createdAt'],
    ['date_modified', 'updatedAt'],
  ].flatMap(([name, column]): ParameterCase[] => [
    [`${name}`, `${name}=${at}`, filtered(field, `${column}: { equals: "${at}" }`)],
    [`${name}:min`, `${name}:min=${at}`, filtered(field, `${column}: { min: "${at}" }`)],
    [`${name}:max`, `${name}:max=${at}`, filtered(field, `${column}: { max: "${at}" }`)],
  ]);
}

/** The same documents for parameters that the gateway does not send. */
function unsent(cases: readonly ParameterCase[]): readonly ParameterCase[] {
  return cases.map(([parameter, , document]) => [parameter, null, document]);
}

const including = (field: string) => `{ customers { nodes { ${field} } } }`;
const sorted = (value: string, sort: string): ParameterCase => [
  `sort=${value}`,
  `sort=${value}`,
  list('customers', `sort: ${sort}`),
];
const fieldType = (type: string): ParameterCase => [
  `field_type=${type}`,
  `field_type=${type}`,
  filtered('formFieldValues', `fieldType: ${type.toUpperCase()}`),
];

const metafieldNames = (args = ''): readonly ParameterCase[] => [
  ['key', 'key=a', list('customerMetafields', `${args} filter: { key: "a" }`)],
  ['key:in', 'key:in=a,b', list('customerMetafields', `${args} filter: { keys: ["a", "b"] }`)],
  ['namespace', 'namespace=n', list('customerMetafields', `${args} filter: { namespace: "n" }`)],
  [
    'namespace:in',
    'namespace:in=m,n',
    list('customerMetafields', `${args} filter: { namespaces: ["m", "n"] }`),
  ],
];

const ranges = (args = ''): readonly ParameterCase[] =>
  [
    ['date_created', 'createdAt'],
    ['date_modified', 'updatedAt'],
  ].flatMap(([name, column]) =>
    ['min', 'max'].map(
      (bound): ParameterCase => [
        `${name}:${bound}`,
        `${name}:${bound}=${at}`,
        list('customerMetafields', `${args} filter: { ${column}: { ${bound}: "${at}" } }`),
      ],
    ),
  );

const OF_ONE = 'customerEntityId: 9,';
const definitions = (filter: string) => `{ customerAttributeDefinitions(filter: { ${filter} }) { name } }`;
const deleting = (mutation: string, input: string) =>
  `mutation { ${mutation}(input: { ${input} }) { results { outcome } } }`;

/** The query parameters of each operation. `$metafield`, `$value` and `$definition` stand for ids of records of the store. */
export const PARAMETER_CASES: Readonly<Partial<Record<OperationId, readonly ParameterCase[]>>> = {
  getCustomers: [
    ...paging('customers'),
    ['id:in', 'id:in=1,2', filtered('customers', 'entityIds: [1, 2]')],
    ['company:in', 'company:in=Acme,Ltd', filtered('customers', 'companies: ["Acme", "Ltd"]')],
    ['customer_group_id:in', 'customer_group_id:in=1,2', filtered('customers', 'customerGroupIds: [1, 2]')],
    ...dates('customers'),
    ['email:in', 'email:in=a%40example.org', filtered('customers', 'emails: ["a@example.org"]')],
    ['name:in', 'name:in=Ann%20Dove', filtered('customers', 'names: ["Ann Dove"]')],
    ['name:like', 'name:like=Ann', filtered('customers', 'nameLike: ["Ann"]')],
    [
      'registration_ip_address:in',
      'registration_ip_address:in=192.0.2.1',
      filtered('customers', 'registrationIpAddresses: ["192.0.2.1"]'),
    ],
    ['phone:in', 'phone:in=555', filtered('customers', 'phones: ["555"]')],
    ['include', 'include=', including('segmentIds')],
    ['include=addresses', 'include=addresses', including('addressCount')],
    ['include=storecredit', 'include=storecredit', including('storeCredit { amount }')],
    ['include=attributes', 'include=attributes', including('attributeCount')],
    ['include=formfields', 'include=formfields', including('formFields { name }')],
    ['include=shopper_profile_id', 'include=shopper_profile_id', including('shopperProfileId')],
    ['include=segment_ids', 'include=segment_ids', including('segmentIds')],
    ['sort', 'sort=', list('customers', 'sort: LAST_NAME_ASC')],
    sorted('date_created:asc', 'CREATED_AT_ASC'),
    sorted('date_created:desc', 'CREATED_AT_DESC'),
    sorted('last_name:asc', 'LAST_NAME_ASC'),
    sorted('last_name:desc', 'LAST_NAME_DESC'),
    sorted('date_modified:asc', 'UPDATED_AT_ASC'),
    sorted('date_modified:desc', 'UPDATED_AT_DESC'),
    ...cursors('customers'),
  ],
  deleteCustomers: [['id:in', 'id:in=12', deleting('deleteCustomers', 'entityIds: [12]')]],
  getCustomersAddresses: [
    ...paging('customerAddresses'),
    ['company:in', 'company:in=Acme', filtered('customerAddresses', 'companies: ["Acme"]')],
    ['name:in', 'name:in=Ann%20Dove', filtered('customerAddresses', 'names: ["Ann Dove"]')],
    ['customer_id:in', 'customer_id:in=1,2', filtered('customerAddresses', 'customerEntityIds: [1, 2]')],
    ['include', 'include=', '{ customerAddresses { nodes { formFields { name } } } }'],
    ['include=formfields', 'include=formfields', '{ customerAddresses { nodes { formFields { name } } } }'],
    ['id:in', 'id:in=1', '{ customerAddress(entityId: 1) { city } }'],
  ],
  deleteCustomersAddresses: [['id:in', 'id:in=', deleting('deleteCustomerAddresses', 'entityIds: [1]')]],
  getCustomersAttributes: unsent([
    ['page', null, '{ customerAttributeDefinitions { name } }'],
    ['limit', null, '{ customerAttributeDefinitions { name } }'],
    ['name', null, definitions('name: "Birthday"')],
    ['name:like', null, definitions('nameLike: "day"')],
    ['type', null, definitions('type: DATE')],
    ...dates('x').map(
      ([name, , document]): ParameterCase => [
        name,
        null,
        String(document).replace('x(', 'customerAttributeDefinitions(').replace(nodes, '{ name }'),
      ],
    ),
  ]),
  deleteCustomersAttributes: [
    ['id:in', 'id:in=', deleting('deleteCustomerAttributeDefinitions', 'entityIds: [$definition]')],
  ],
  getCustomersAttributeValues: [
    ...paging('customerAttributeValues'),
    [
      'customer_id:in',
      'customer_id:in=1,2',
      filtered('customerAttributeValues', 'customerEntityIds: [1, 2]'),
    ],
    [
      'attribute_id:in',
      'attribute_id:in=1,2',
      filtered('customerAttributeValues', 'attributeEntityIds: [1, 2]'),
    ],
    ['name', 'name=Birthday', filtered('customerAttributeValues', 'attributeName: "Birthday"')],
    ...dates('customerAttributeValues'),
  ],
  deleteCustomersAttributeValues: [
    [
      'id:in',
      'id:in=',
      deleting('deleteCustomerAttributeValues', 'values: [{ customerEntityId: 1, entityId: $value }]'),
    ],
  ],
  getCustomersFormFieldValues: [
    ...paging('formFieldValues'),
    ['customer_id', 'customer_id=1', filtered('formFieldValues', 'customerEntityId: 1')],
    ['address_id', 'address_id=1', filtered('formFieldValues', 'addressEntityId: 1')],
    ['field_name', 'field_name=Floor', filtered('formFieldValues', 'fieldName: "Floor"')],
    ['field_type', 'field_type=', filtered('formFieldValues', 'fieldType: TEXT')],
    ...['checkboxes', 'date', 'multiline', 'numbers', 'password', 'radiobuttons', 'text', 'picklist'].map(
      fieldType,
    ),
    ...cursors('formFieldValues'),
  ],
  getCustomersMetafields: [
    ...metafieldNames(OF_ONE),
    ...unsent([
      ['page', null, list('customerMetafields', `${OF_ONE} offset: 1`)],
      ['limit', null, list('customerMetafields', `${OF_ONE} first: 1`)],
      ['direction', null, list('customerMetafields', `${OF_ONE} direction: DESC`)],
      ['direction=asc', null, list('customerMetafields', `${OF_ONE} direction: ASC`)],
      ['direction=desc', null, list('customerMetafields', `${OF_ONE} direction: DESC`)],
      ...ranges(OF_ONE),
      [
        'after',
        null,
        {
          field: `customerMetafields(${OF_ONE})`,
          next: (cursor) => list('customerMetafields', `${OF_ONE} after: "${cursor}"`),
        },
      ],
      [
        'before',
        null,
        {
          field: `customerMetafields(${OF_ONE})`,
          next: (cursor) => list('customerMetafields', `${OF_ONE} before: "${cursor}"`),
        },
      ],
    ]),
  ],
  updateCustomerMetafield: [
    [
      'metafieldId',
      null,
      'mutation { updateCustomerMetafields(input: { metafields: [{ customerEntityId: 9, entityId: $metafield, value: "w" }] }) { results { outcome } } }',
    ],
  ],
  getallCustomersMetafields: [
    ...paging('customerMetafields'),
    ...metafieldNames(),
    ['direction', 'direction=', list('customerMetafields', 'direction: DESC')],
    ['direction=asc', 'direction=asc', list('customerMetafields', 'direction: ASC')],
    ['direction=desc', 'direction=desc', list('customerMetafields', 'direction: DESC')],
    ...ranges(),
    ...cursors('customerMetafields'),
  ],
};
