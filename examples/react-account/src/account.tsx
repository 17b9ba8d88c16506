import { useQuery } from '@apollo/client/react';
import { AddressBook } from './address-book.tsx';
import { Consent } from './consent.tsx';
import { graphql } from './gql/gql.ts';
import { Profile } from './profile.tsx';

const ACCOUNT = graphql(`
  query Account($after: String) {
    viewer {
      id
      customer {
        ...Profile
        ...AddressBook
        ...Consent
      }
    }
  }
`);

export function Account() {
  const { data, previousData, error, loading, fetchMore, refetch } = useQuery(ACCOUNT, {
    notifyOnNetworkStatusChange: true,
  });
  // If it cannot be read again, what was read before stays.
  const customer = (data ?? previousData)?.viewer?.customer;
  // A failure is in `error`.
  const readAgain = () => refetch().catch(() => {});
  return (
    <>
      {error !== undefined && (
        <section className="card" aria-label="Problem">
          <p role="alert" className="problem">
            Your account cannot be loaded: {error.message}
          </p>
          <button type="button" onClick={readAgain}>
            Try again
          </button>
        </section>
      )}
      {!customer && loading && <p role="status">Loading your account…</p>}
      {customer && (
        <>
          <Profile customer={customer} />
          <AddressBook
            customer={customer}
            onMore={(after) => fetchMore({ variables: { after } })}
            onAdded={readAgain}
          />
          <Consent customer={customer} />
        </>
      )}
    </>
  );
}
