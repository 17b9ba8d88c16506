import 'server-only';
import { createClient, createShopperSession } from 'graphql-for-bigcommerce-customers/client';
import { readShopperToken } from './session.ts';

const { GATEWAY_URL = 'http://127.0.0.1:4000', GATEWAY_KEY = null } = process.env;

const url = `${GATEWAY_URL}/graphql`;

/** The storefront itself, with its key. The key never reaches a browser. */
export const asStorefront = createClient({ url, credential: GATEWAY_KEY });

/** The shopper of the request, with the token of the cookie. */
export const asShopper = createClient({
  url,
  credential: async () => (await readShopperToken())?.value ?? null,
});

/** A session of one shopper, opened and renewed with the key. */
export function openSession(options: Pick<Parameters<typeof createShopperSession>[0], 'token' | 'onChange'>) {
  return createShopperSession({ url, credential: GATEWAY_KEY, ...options });
}
