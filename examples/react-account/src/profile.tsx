import { useMutation } from '@apollo/client/react';
import type { FormEvent } from 'react';
import { graphql } from './gql/gql.ts';
import type { ProfileFragment } from './gql/graphql.ts';
import { Problems } from './problems.tsx';

export const PROFILE = graphql(`
  fragment Profile on Customer {
    id
    email
    firstName
    lastName
    company
    phone
  }
`);

const UPDATE = graphql(`
  mutation UpdateProfile($input: UpdateViewerInput!) {
    updateViewer(input: $input) {
      outcome
      errors { code message path }
      customer { ...Profile }
    }
  }
`);

const FIELDS = [
  { name: 'firstName', label: 'First name', autoComplete: 'given-name' },
  { name: 'lastName', label: 'Last name', autoComplete: 'family-name' },
  { name: 'company', label: 'Company', autoComplete: 'organization' },
  { name: 'phone', label: 'Telephone', autoComplete: 'tel' },
] as const;

export function Profile({ customer }: { readonly customer: ProfileFragment }) {
  const [update, { data, error, loading }] = useMutation(UPDATE);
  const payload = data?.updateViewer;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = Object.fromEntries(FIELDS.map(({ name }) => [name, String(form.get(name))]));
    await update({ variables: { input } }).catch(() => {});
  }

  return (
    <section className="card" aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      <p className="hint">{customer.email}</p>
      <form onSubmit={submit}>
        <div className="columns">
          {FIELDS.map(({ name, label, autoComplete }) => (
            <label key={name}>
              {label}
              <input name={name} defaultValue={customer[name] ?? ''} autoComplete={autoComplete} />
            </label>
          ))}
        </div>
        <button type="submit" disabled={loading}>
          Save profile
        </button>
        <Problems errors={payload?.errors} failure={error} />
        {(payload?.outcome === 'UPDATED' || payload?.outcome === 'UNCHANGED') && (
          <p role="status">Profile saved.</p>
        )}
      </form>
    </section>
  );
}
