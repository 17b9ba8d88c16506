'use client';

import { useActionState } from 'react';
import { rename } from './actions.ts';

export function NameForm({ firstName, lastName }: { readonly firstName: string; readonly lastName: string }) {
  const [{ problem, isDone }, action, isBusy] = useActionState(rename, { problem: null, isDone: false });
  return (
    <form action={action}>
      <label>
        First name
        <input name="firstName" defaultValue={firstName} autoComplete="given-name" required />
      </label>
      <label>
        Last name
        <input name="lastName" defaultValue={lastName} autoComplete="family-name" required />
      </label>
      <button type="submit" disabled={isBusy}>
        Save name
      </button>
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      {isDone && <p role="status">Name saved.</p>}
    </form>
  );
}
