import type { Logger } from 'pino';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import { openKeyRing } from './key-ring.ts';
import { openProviderKeys } from './provider-keys.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { createShopperCheck, SHOPPER_ISSUER, type ShopperTokens } from './shoppers.ts';
import type { TokenCheck } from './tokens.ts';
import { createUserCheck, type UserTokens } from './users.ts';

/** The ways in which callers can authenticate. */
export interface AccessOptions {
  /** The key file, or its content; null if there are no API keys. */
  readonly keys: { readonly file: string } | { readonly text: string } | null;
  /** Null if there is no OpenID Connect provider. */
  readonly users: (UserTokens & { readonly jwksUrl: string | null }) | null;
  /** Null if shoppers cannot authenticate. */
  readonly shoppers: ShopperTokens | null;
  /** Key of the hashes that stand for users and shoppers; null generates one. */
  readonly hashKey: string | null;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Opens the key file and the provider's JWKS. Returns their problems if there are any: one line each, without secrets. */
export async function openAccess({
  keys,
  users,
  shoppers,
  hashKey,
  logger,
}: AccessOptions): Promise<
  { readonly authenticator: Authenticator } | { readonly problems: readonly string[] }
> {
  function onFile(problems: readonly string[]): void {
    if (problems.length === 0) logger.info('the key file is valid again');
    else logger.error({ problems }, 'the key file is invalid: the keys read last stay valid');
  }

  function onUnreadable(isUnreadable: boolean): void {
    if (!isUnreadable) logger.info("the OpenID provider's JWKS can be read again");
    else logger.error("the OpenID provider's JWKS cannot be read: the keys read last stay valid for a day");
  }

  const pseudonym = createPseudonyms(hashKey ?? undefined);
  const [ring, provider] = await Promise.all([
    keys === null ? { ring: null } : openKeyRing({ keys, onFile }),
    users === null ? { keys: null } : openProviderKeys({ ...users, onUnreadable }),
  ]);
  const problems = [ring, provider].flatMap((opened) => ('problems' in opened ? opened.problems : []));
  if ('problems' in ring || 'problems' in provider) return { problems };
  const tokens = new Map<string, TokenCheck>();
  if (users && provider.keys) tokens.set(users.issuer, createUserCheck(users, provider.keys, pseudonym));
  if (shoppers) tokens.set(SHOPPER_ISSUER, createShopperCheck(shoppers, pseudonym));
  return { authenticator: createAuthenticator({ keys: ring.ring, tokens }) };
}
