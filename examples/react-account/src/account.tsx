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
  const { data, error, fetchMore } = useQuery(ACCOUNT);
  const customer = data?.viewer?.customer;
  if (error !== undefined) return <p role="alert">Your account cannot be loaded: {error.message}</p>;
  if (!customer) return <p role="status">Loading your account…</p>;
  return (
    <>
      <Profile customer={customer} />
      <AddressBook customer={customer} onMore={(after) => fetchMore({ variables: { after } })} />
      <Consent customer={customer} />
    </>
  );
}
