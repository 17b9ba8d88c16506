import { type ApolloCache, ApolloClient, ApolloLink, HttpLink, InMemoryCache } from 'apollo-client-4';
import { Defer20220824Handler } from 'apollo-client-4/incremental';
import { removeTypenameFromVariables } from 'apollo-client-4/link/remove-typename';
import { relayStylePagination } from 'apollo-client-4/utilities';
import { type DocumentNode, print } from 'graphql';

/** The types that fragments on an interface can have. */
export const possibleTypes = {
  FormFieldValue: ['ChoicesFormFieldValue', 'NumberFormFieldValue', 'TextFormFieldValue'],
  StoredInstrument: ['BankAccountInstrument', 'CardInstrument', 'OtherInstrument', 'PayPalAccountInstrument'],
};

export function createCache() {
  return new InMemoryCache({
    possibleTypes,
    typePolicies: {
      Query: {
        fields: {
          // `fetchMore` adds to these lists. Each argument but those of paging makes another list. They select `edges`.
          customers: relayStylePagination(['filter', 'sort']),
          customerAddresses: relayStylePagination(['filter']),
          customerAttributeValues: relayStylePagination(['filter']),
          customerMetafields: relayStylePagination(['filter', 'direction', 'customerEntityId', 'resourceId']),
          formFieldValues: relayStylePagination(['filter']),
          searchCustomers: relayStylePagination(['query']),
          // A customer that a list has loaded needs no request.
          customer: {
            read: (existing, { args, toReference }) =>
              existing ?? (args?.by.id && toReference({ __typename: 'Customer', id: args.by.id })),
          },
        },
      },
      Customer: {
        fields: {
          addresses: relayStylePagination(),
          metafields: relayStylePagination(['namespaces', 'keys']),
        },
      },
      // Its `id` is that of the record that it deletes.
      DeleteResult: { keyFields: false },
      // These have no `id`: what two operations select of them is one object.
      PrivacySettings: { merge: true },
      CustomerGroupSettings: { merge: true },
    },
  });
}

export function createClient(uri: string, fetch = globalThis.fetch) {
  return new ApolloClient({
    cache: createCache(),
    // The draft of incremental delivery that the gateway speaks.
    incrementalHandler: new Defer20220824Handler(),
    // Inputs made of what was read contain `__typename`, which no input has.
    link: ApolloLink.from([removeTypenameFromVariables(), new HttpLink({ uri, fetch })]),
  });
}

/** Call it in the `update` of a delete, with the type that it deletes and the `results { outcome id }`. */
export function evictDeleted(
  cache: ApolloCache,
  __typename: string,
  results: readonly { readonly outcome: string; readonly id: string | null }[],
) {
  for (const { outcome, id } of results) {
    if (outcome === 'DELETED' && id !== null)
      cache.evict({ id: cache.identify({ __typename, id }) as string });
  }
  cache.gc();
}

/** The text that the client sends for a document, with `__typename`: what a list of trusted documents contains. */
export function textOf(document: DocumentNode) {
  return print(createCache().transformDocument(document));
}
