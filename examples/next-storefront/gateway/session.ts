import type { ShopperToken } from 'graphql-for-bigcommerce-customers/client';
import { cookies } from 'next/headers';

export const COOKIE = 'shopper';

/** The token of the cookie. Null if no one is signed in. */
export async function readShopperToken(): Promise<ShopperToken | null> {
  return parseShopperToken((await cookies()).get(COOKIE)?.value);
}

/** Null if the cookie is absent, or contains something else. */
export function parseShopperToken(text: string | undefined): ShopperToken | null {
  const [value, time] = (text ?? '').split(' ');
  const expiresAt = new Date(Number(time));
  return value && Number.isFinite(expiresAt.getTime()) ? { value, expiresAt: expiresAt.toISOString() } : null;
}

/** The cookie of a token: scripts cannot read it, and other sites cannot send it. */
export function cookieOf({ value, expiresAt }: ShopperToken, isSecure: boolean) {
  const expires = new Date(expiresAt);
  return {
    name: COOKIE,
    value: `${value} ${expires.getTime()}`,
    expires,
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
    path: '/',
  } as const;
}
