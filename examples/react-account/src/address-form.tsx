import { useMutation } from '@apollo/client/react';
import type { FormEvent } from 'react';
import { graphql } from './gql/gql.ts';
import { Problems } from './problems.tsx';

const CREATE = graphql(`
  mutation CreateAddress($input: CreateViewerAddressesInput!) {
    createViewerAddresses(input: $input) {
      results { outcome errors { code message path } address { ...Address } }
    }
  }
`);

const FIELDS = [
  { name: 'firstName', label: 'First name', autoComplete: 'given-name' },
  { name: 'lastName', label: 'Last name', autoComplete: 'family-name' },
  { name: 'address1', label: 'Street', autoComplete: 'address-line1' },
  { name: 'postalCode', label: 'Postal code', autoComplete: 'postal-code' },
  { name: 'city', label: 'City', autoComplete: 'address-level2' },
  { name: 'countryCode', label: 'Country code', autoComplete: 'country', pattern: '[A-Z]{2}', maxLength: 2 },
] as const;

interface AddressFormProps {
  readonly onAdded: () => Promise<unknown>;
  readonly onRepeated: (id: string | null) => void;
}

export function AddressForm({ onAdded, onRepeated }: AddressFormProps) {
  const [create, { data, error, loading }] = useMutation(CREATE);
  const result = data?.createViewerAddresses?.results[0];

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const values = new FormData(form);
    const text = (name: string) => String(values.get(name));
    const address = {
      firstName: text('firstName'),
      lastName: text('lastName'),
      address1: text('address1'),
      postalCode: text('postalCode'),
      city: text('city'),
      countryCode: text('countryCode'),
    };
    const created = await create({ variables: { input: { addresses: [address] } } }).catch(() => null);
    const first = created?.data?.createViewerAddresses?.results[0];
    onRepeated(first?.outcome === 'UNCHANGED' ? (first.address?.id ?? null) : null);
    if (first?.outcome !== 'CREATED') return;
    form.reset();
    await onAdded();
  }

  return (
    <form onSubmit={submit} aria-labelledby="new-address">
      <h3 id="new-address">New address</h3>
      <div className="columns">
        {FIELDS.map(({ name, label, ...attributes }) => (
          <label key={name}>
            {label}
            <input name={name} required {...attributes} />
          </label>
        ))}
      </div>
      <button type="submit" disabled={loading}>
        Add address
      </button>
      {result?.outcome === 'CREATED' && <p role="status">Address added.</p>}
      {result?.outcome === 'UNCHANGED' && (
        <p role="status" className="notice">
          You have this address already, so nothing was added.
        </p>
      )}
      {result?.outcome === 'UNKNOWN' && (
        <p role="alert" className="problem">
          The store did not confirm the address. Look whether it is in the list before you add it again.
        </p>
      )}
      <Problems errors={result?.outcome === 'FAILED' ? result.errors : undefined} failure={error} />
    </form>
  );
}
