import { ApolloProvider } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import { Account } from './account.tsx';
import { createGateway } from './gateway.ts';
import { SignIn } from './sign-in.tsx';

export function App() {
  const [isSignedIn, setIsSignedIn] = useState(false);
  const { session, client } = useMemo(() => createGateway(setIsSignedIn), []);

  async function signOut() {
    await session.signOut();
    // The next shopper must not see the records of this one.
    await client.clearStore();
  }

  return (
    <ApolloProvider client={client}>
      <header>
        <h1>Your account</h1>
        {isSignedIn && (
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        )}
      </header>
      <main>{isSignedIn ? <Account /> : <SignIn session={session} />}</main>
    </ApolloProvider>
  );
}
