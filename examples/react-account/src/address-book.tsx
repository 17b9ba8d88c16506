import { useApolloClient, useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { AddressForm } from './address-form.tsx';
import { graphql } from './gql/gql.ts';
import type { AddressBookFragment } from './gql/graphql.ts';
import { Problems } from './problems.tsx';

export const ADDRESS = graphql(`
  fragment Address on CustomerAddress {
    id
    entityId
    firstName
    lastName
    address1
    city
    postalCode
    countryCode
  }
`);

export const ADDRESS_BOOK = graphql(`
  fragment AddressBook on Customer {
    id
    addressCount
    addresses(first: 5, after: $after) {
      edges { cursor node { ...Address } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteAddress($input: DeleteInput!) {
    deleteViewerAddresses(input: $input) {
      results { id outcome errors { message path } customer { id addressCount } }
    }
  }
`);

interface AddressBookProps {
  readonly customer: AddressBookFragment;
  readonly onMore: (after: string) => Promise<unknown>;
  /** Called after an address was added. Shows its own failure. */
  readonly onAdded: () => Promise<unknown>;
}

export function AddressBook({ customer, onMore, onAdded }: AddressBookProps) {
  const { addressCount, addresses } = customer;
  const { cache } = useApolloClient();
  const [remove, { data, error }] = useMutation(DELETE);
  const [isLoading, setIsLoading] = useState(false);
  /** Why the next page could not be read. */
  const [moreFailure, setMoreFailure] = useState<Error>();
  /** The id of the address that the last form repeated. */
  const [repeated, setRepeated] = useState<string | null>(null);
  const end = addresses?.pageInfo.endCursor;

  async function more(after: string) {
    setIsLoading(true);
    setMoreFailure(undefined);
    await onMore(after)
      .catch((reason: Error) => setMoreFailure(reason))
      .finally(() => setIsLoading(false));
  }

  async function removeAddress(entityId: number) {
    await remove({
      variables: { input: { entityIds: [entityId] } },
      update(_, result) {
        for (const { outcome, id } of result.data?.deleteViewerAddresses?.results ?? []) {
          if (outcome === 'DELETED' && id !== null)
            cache.evict({ id: cache.identify({ __typename: 'CustomerAddress', id }) as string });
        }
        cache.gc();
      },
    }).catch(() => {});
  }

  return (
    <section className="card" aria-labelledby="addresses">
      <h2 id="addresses">Addresses ({addressCount})</h2>
      <ul className="addresses">
        {addresses?.edges.map(({ node }) => (
          <li key={node.id} className={node.id === repeated ? 'repeated' : undefined}>
            <address>
              {node.firstName} {node.lastName}
              <br />
              {node.address1}, {node.postalCode} {node.city}, {node.countryCode}
            </address>
            <button
              type="button"
              onClick={() => removeAddress(node.entityId)}
              aria-label={`Delete the address in ${node.city}, ${node.address1}`}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      {addresses?.pageInfo.hasNextPage && end && (
        <button type="button" onClick={() => more(end)} disabled={isLoading}>
          {isLoading ? 'Loading…' : 'More addresses'}
        </button>
      )}
      <Problems
        errors={data?.deleteViewerAddresses?.results.flatMap(({ errors }) => errors)}
        failure={error ?? moreFailure}
      />
      <AddressForm onAdded={onAdded} onRepeated={setRepeated} />
    </section>
  );
}
