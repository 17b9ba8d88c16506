import { useMutation } from '@apollo/client/react';
import type { FormEvent } from 'react';
import { graphql } from './gql/gql.ts';
import type { ConsentFragment } from './gql/graphql.ts';
import { Problems } from './problems.tsx';

export const CONSENT = graphql(`
  fragment Consent on Customer {
    id
    consent { id allow deny }
  }
`);

const UPDATE = graphql(`
  mutation UpdateConsent($input: UpdateViewerConsentInput!) {
    updateViewerConsent(input: $input) {
      outcome
      errors { message path }
      consent { id allow deny }
    }
  }
`);

const CATEGORIES = [
  { category: 'ESSENTIAL', label: 'Essential: the shop needs them' },
  { category: 'FUNCTIONAL', label: 'Functional: they improve the shop' },
  { category: 'ANALYTICS', label: 'Analytics: how the shop is used' },
  { category: 'TARGETING', label: 'Targeting: advertising' },
] as const;

export function Consent({ customer: { consent } }: { readonly customer: ConsentFragment }) {
  const [update, { data, error, loading }] = useMutation(UPDATE);
  const payload = data?.updateViewerConsent;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const allowed = new FormData(event.currentTarget).getAll('allow');
    const categories = CATEGORIES.map(({ category }) => category);
    const input = {
      allow: categories.filter((category) => allowed.includes(category)),
      deny: categories.filter((category) => !allowed.includes(category)),
    };
    await update({ variables: { input } }).catch(() => {});
  }

  return (
    <section className="card" aria-labelledby="consent">
      <h2 id="consent">Cookies</h2>
      <form onSubmit={submit}>
        <fieldset>
          <legend>You allow</legend>
          {CATEGORIES.map(({ category, label }) => (
            <label key={category} className="choice">
              <input
                type="checkbox"
                name="allow"
                value={category}
                defaultChecked={consent?.allow.includes(category) ?? false}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <button type="submit" disabled={loading}>
          Save choice
        </button>
        <Problems errors={payload?.errors} failure={error} />
        {(payload?.outcome === 'UPDATED' || payload?.outcome === 'UNCHANGED') && (
          <p role="status">Choice saved.</p>
        )}
      </form>
    </section>
  );
}
