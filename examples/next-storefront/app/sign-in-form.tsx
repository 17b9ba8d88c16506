'use client';

import { useActionState } from 'react';
import { signIn } from './actions.ts';

export function SignInForm() {
  const [{ problem }, action, isBusy] = useActionState(signIn, { problem: null, isDone: false });
  return (
    <form className="card" action={action}>
      <h2>Sign in</h2>
      <p className="hint">
        In the sandbox: i.chevallier.1@post.example.org, or any other customer, with the password sandbox1.
      </p>
      <label>
        E-mail address
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <button type="submit" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}
