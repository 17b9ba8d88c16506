'use server';

import { GatewayFailure, type ShopperToken } from 'graphql-for-bigcommerce-customers/client';
import { revalidatePath } from 'next/cache';
import { cookies, headers } from 'next/headers';
import { asShopper, openSession } from '../gateway/clients.ts';
import { graphql } from '../gateway/gql/gql.ts';
import { COOKIE, cookieOf, readShopperToken } from '../gateway/session.ts';

const RENAME = graphql(`
  mutation RenameViewer($input: UpdateViewerInput!) {
    updateViewer(input: $input) {
      outcome
      errors { message }
    }
  }
`);

/** What a form shows after it was sent. */
export interface FormState {
  readonly problem: string | null;
  readonly isDone: boolean;
}

const DONE: FormState = { problem: null, isDone: true };
const problem = (text: string): FormState => ({ problem: text, isDone: false });

export async function signIn(_: FormState, form: FormData): Promise<FormState> {
  let token: ShopperToken | null = null;
  const session = openSession({
    onChange: (next) => {
      token = next;
    },
  });
  try {
    await session.signIn({ email: String(form.get('email')), password: String(form.get('password')) });
  } catch (error) {
    return problem(problemOf(error));
  }
  const isSecure = (await headers()).get('x-forwarded-proto') === 'https';
  if (token !== null) (await cookies()).set(cookieOf(token, isSecure));
  revalidatePath('/');
  return DONE;
}

export async function signOut(): Promise<void> {
  const session = openSession({ token: await readShopperToken() });
  // The cookie goes even if the gateway cannot be reached: its token expires soon.
  await session.signOut().catch(() => {});
  (await cookies()).delete(COOKIE);
  revalidatePath('/');
}

export async function rename(_: FormState, form: FormData): Promise<FormState> {
  const input = { firstName: String(form.get('firstName')), lastName: String(form.get('lastName')) };
  try {
    const { updateViewer } = await asShopper.request(RENAME, { input });
    if (updateViewer?.outcome !== 'UPDATED' && updateViewer?.outcome !== 'UNCHANGED')
      return problem(updateViewer?.errors.map(({ message }) => message).join(' ') ?? 'Nothing was saved.');
  } catch (error) {
    return problem(problemOf(error));
  }
  revalidatePath('/');
  return DONE;
}

function problemOf(error: unknown): string {
  if (!(error instanceof GatewayFailure)) throw error;
  if (error.code === 'INVALID_CREDENTIALS') return 'The e-mail address or the password is wrong.';
  if (error.code === 'UNAUTHENTICATED') return 'Sign in again.';
  if (error.retryAfterMs !== null) return `Try again in ${Math.ceil(error.retryAfterMs / 1_000)} seconds.`;
  return 'The store cannot be reached. Try again.';
}
