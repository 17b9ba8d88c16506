/** The operations with which the settings of each client are tried: a table of customers with its pages and writes. */
export const CUSTOMERS_TEXT = `query Customers($first: Int!, $after: String) {
  customers(first: $first, after: $after) {
    edges { cursor node { id entityId firstName company } }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const BY_ID_TEXT =
  'query CustomerById($id: ID!) { customer(by: { id: $id }) { id entityId firstName company } }';
export const RENAME_TEXT = `mutation Rename($entityId: Int!, $firstName: String!) {
  updateCustomers(input: { customers: [{ entityId: $entityId, firstName: $firstName }] }) {
    results { outcome customer { id firstName } }
  }
}`;
export const DELETE_TEXT = `mutation Delete($entityId: Int!) {
  deleteCustomers(input: { entityIds: [$entityId] }) { results { outcome id } }
}`;
export const ADDRESSES_TEXT = `query Addresses($id: ID!) {
  customer(by: { id: $id }) { id addressCount addresses(first: 100) { edges { node { id entityId city } } } }
}`;
export const DELETE_ADDRESS_TEXT = `mutation DeleteAddress($entityId: Int!) {
  deleteCustomerAddresses(input: { entityIds: [$entityId] }) {
    results { outcome id customer { id addressCount } }
  }
}`;
const FIELD = '{ __typename id name ... on TextFormFieldValue { text } }';
export const FIELDS_TEXT = `query Fields($entityId: Int!) {
  customer(by: { entityId: $entityId }) { id formFields ${FIELD} }
}`;
export const SET_FIELD_TEXT = `mutation SetField($entityId: Int!, $text: String!) {
  upsertFormFieldValues(
    input: { values: [{ owner: { customerEntityId: $entityId }, name: "Nickname", value: { text: $text } }] }
  ) { results { outcome value ${FIELD} } }
}`;

export interface FieldsData {
  readonly customer: {
    readonly formFields: readonly { readonly id: string; readonly name: string; readonly text?: string }[];
  };
}

/** The nickname of a customer. */
export function nicknameIn(data: FieldsData | null | undefined): string | undefined {
  return data?.customer.formFields.find(({ name }) => name === 'Nickname')?.text;
}

export interface CustomersData {
  readonly customers: {
    readonly edges: readonly {
      readonly node: { readonly id: string; readonly entityId: number; readonly firstName: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

export interface AddressesData {
  readonly customer: {
    readonly id: string;
    readonly addressCount: number;
    readonly addresses: {
      readonly edges: readonly { readonly node: { readonly id: string; readonly entityId: number } }[];
    };
  };
}

/** The ids of the customers of a list. */
export function entityIdsIn(data: CustomersData | null | undefined): readonly number[] {
  return data?.customers.edges.map(({ node }) => node.entityId) ?? [];
}
