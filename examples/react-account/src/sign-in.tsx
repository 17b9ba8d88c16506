import { GatewayFailure, type ShopperSession } from 'graphql-for-bigcommerce-customers/client';
import { type FormEvent, useState } from 'react';

export function SignIn({ session }: { readonly session: ShopperSession }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setProblem(null);
    setIsBusy(true);
    try {
      await session.signIn({ email: String(form.get('email')), password: String(form.get('password')) });
    } catch (error) {
      setProblem(problemOf(error));
      setIsBusy(false);
    }
  }

  return (
    <form className="card narrow" onSubmit={submit}>
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

function problemOf(error: unknown): string {
  if (!(error instanceof GatewayFailure)) return 'Something went wrong. Try again.';
  if (error.code === 'INVALID_CREDENTIALS') return 'The e-mail address or the password is wrong.';
  if (error.retryAfterMs !== null) return `Try again in ${Math.ceil(error.retryAfterMs / 1_000)} seconds.`;
  return 'The store cannot be reached. Try again.';
}
