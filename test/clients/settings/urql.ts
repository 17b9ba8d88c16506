import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';

/** The types that a delete deletes. */
const DELETED_TYPES = {
  deleteCustomers: 'Customer',
  deleteCustomerAddresses: 'CustomerAddress',
  deleteCustomerAttributeDefinitions: 'CustomerAttributeDefinition',
  deleteCustomerAttributeValues: 'CustomerAttributeValue',
  deleteCustomerMetafields: 'CustomerMetafield',
};

interface DeletePayload {
  readonly results: readonly { readonly outcome: string; readonly id: string | null }[];
}

/** The types without an `id`: they are part of the record that contains them. */
const EMBEDDED = [
  'BankAccountInstrument',
  'BillingAddress',
  'CardInstrument',
  'CustomerGroupSettings',
  'CustomerSearchFailure',
  'FormFieldDefinition',
  'OtherInstrument',
  'PayPalAccountInstrument',
  'PrivacySettings',
  'RateLimit',
  'StoreCredit',
  'WriteError',
  'WriteSummary',
];

/** The types that fragments on an interface can have. */
export const possibleTypes = {
  FormFieldValue: ['ChoicesFormFieldValue', 'NumberFormFieldValue', 'TextFormFieldValue'],
  StoredInstrument: ['BankAccountInstrument', 'CardInstrument', 'OtherInstrument', 'PayPalAccountInstrument'],
};

export function createCache() {
  return cacheExchange({
    possibleTypes,
    keys: Object.fromEntries([
      ...EMBEDDED.map((type) => [type, () => null]),
      // Its `id` is that of the record that it deletes.
      ['DeleteResult', () => null],
    ]),
    resolvers: {
      Query: {
        // Pages of one list become one. They select `edges`, and have at least the argument `first`.
        customers: relayPagination(),
        customerAddresses: relayPagination(),
        customerAttributeValues: relayPagination(),
        customerMetafields: relayPagination(),
        formFieldValues: relayPagination(),
        searchCustomers: relayPagination(),
        // A customer that a list has loaded needs no request.
        customer: (_parent, args, cache) => {
          const { id } = args.by as { readonly id?: string };
          return id ? { __typename: 'Customer', id } : cache.resolve('Query', 'customer', args);
        },
      },
      Customer: { addresses: relayPagination(), metafields: relayPagination() },
    },
    updates: {
      Mutation: Object.fromEntries(
        Object.entries(DELETED_TYPES).map(([mutation, __typename]) => [
          mutation,
          (data, _variables, cache) => {
            for (const { outcome, id } of (data[mutation] as DeletePayload).results) {
              if (outcome === 'DELETED' && id !== null) cache.invalidate({ __typename, id });
            }
          },
        ]),
      ),
    },
  });
}

export function createClient(url: string, fetch = globalThis.fetch) {
  return new Client({
    url,
    fetch,
    exchanges: [createCache(), fetchExchange],
    // GET is for queries that a shared cache may keep. Customers are none.
    preferGetMethod: false,
  });
}
