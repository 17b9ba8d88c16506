import { ApolloProvider } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import { Account } from './account.tsx';
import { createGateway } from './gateway.ts';
import { SignIn } from './sign-in.tsx';

export function App() {
  const [isSignedIn, setIsSignedIn] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { session, client } = useMemo(() => createGateway(setIsSignedIn), []);

  async function signOut() {
    try {
      setProblem(null);
      await session.signOut();
    } catch {
      // The page has forgotten the token all the same.
      setProblem('You are signed out here, but the store did not confirm it.');
    } finally {
      // The next shopper must not see the records of this one.
      await client.clearStore();
    }
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
      {problem !== null && !isSignedIn && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <main>{isSignedIn ? <Account /> : <SignIn session={session} />}</main>
    </ApolloProvider>
  );
}
