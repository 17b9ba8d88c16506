import type { Logger } from 'pino';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import { openKeyRing } from './key-ring.ts';
import { openProviderKeys } from './provider-keys.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { createShopperCheck, SHOPPER_ISSUER, type ShopperTokens } from './shoppers.ts';
import type { TokenCheck } from './tokens.ts';
import { createUserCheck, type UserTokens } from './users.ts';

/** The ways in which callers may say who they are. */
export interface AccessOptions {
  /** Null where there are no keys. */
  readonly keys: { readonly file: string } | { readonly text: string } | null;
  /** Null where there is no OpenID provider. */
  readonly users: (UserTokens & { readonly jwksUrl: string | null }) | null;
  /** Null where shoppers are not let in. */
  readonly shoppers: ShopperTokens | null;
  /** The key of the hashes that users and shoppers are named by; null makes one up. */
  readonly hashKey: string | null;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Opens all ways in, or answers what is wrong with them: one line a problem, none with a secret. */
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
    if (problems.length === 0) logger.info('the keys file is good again');
    else logger.error({ problems }, 'the keys file is bad: the keys that were read before stay');
  }

  function onUnreadable(isUnreadable: boolean): void {
    if (!isUnreadable) logger.info("the OpenID provider's keys are read again");
    else
      logger.error("the OpenID provider's keys cannot be read: those that were read before stay for a day");
  }

  const pseudonym = createPseudonyms(hashKey ?? undefined);
  const [ring, provider] = await Promise.all([
    keys === null ? { ring: null } : openKeyRing({ keys, onFile }),
    users === null ? { keys: null } : openProviderKeys({ ...users, onUnreadable }),
  ]);
  const problems = [ring, provider].flatMap((way) => ('problems' in way ? way.problems : []));
  if ('problems' in ring || 'problems' in provider) return { problems };
  const tokens = new Map<string, TokenCheck>();
  if (users && provider.keys) tokens.set(users.issuer, createUserCheck(users, provider.keys, pseudonym));
  if (shoppers) tokens.set(SHOPPER_ISSUER, createShopperCheck(shoppers, pseudonym));
  return { authenticator: createAuthenticator({ keys: ring.ring, tokens }) };
}
