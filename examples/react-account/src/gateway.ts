import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { relayStylePagination } from '@apollo/client/utilities';
import { createShopperSession, type ShopperToken } from 'graphql-for-bigcommerce-customers/client';

const URL_OF_GATEWAY = '/graphql';

/** The shopper who uses the page, and the client that sends their token. */
export function createGateway(onSessionChange: (isSignedIn: boolean) => void) {
  const session = createShopperSession({
    url: URL_OF_GATEWAY,
    onChange: (token: ShopperToken | null) => onSessionChange(token !== null),
  });
  // Renews the token before it expires.
  const withToken = new SetContextLink(async ({ headers }) => {
    const token = await session.credential();
    return { headers: { ...headers, ...(token !== null && { authorization: `Bearer ${token}` }) } };
  });
  const client = new ApolloClient({
    cache: new InMemoryCache({
      typePolicies: {
        Customer: { fields: { addresses: relayStylePagination() } },
        // Its `id` is that of the record that it deletes.
        DeleteResult: { keyFields: false },
      },
    }),
    link: ApolloLink.from([withToken, new HttpLink({ uri: URL_OF_GATEWAY })]),
  });
  return { session, client };
}

export type Gateway = ReturnType<typeof createGateway>;
