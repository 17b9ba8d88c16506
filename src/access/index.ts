import type { Logger } from 'pino';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import { openKeyRing } from './keys/key-ring.ts';
import { createPseudonymizer } from './pseudonyms.ts';
import { createShopperAccess, type ShopperSignIn, type SignInOptions } from './shoppers/index.ts';
import { openJwks, type ProviderKeys } from './tokens/jwks.ts';
import type { TokenVerifier } from './tokens/jwt.ts';
import { createOidcVerifier, type OidcTokenOptions } from './tokens/oidc.ts';
import type { ShopperTokenOptions } from './tokens/shopper.ts';

/** The ways in which callers can authenticate. */
export interface AuthenticatorOptions {
  /** The key file, or its content; null if there are no API keys. */
  readonly keys: { readonly file: string } | { readonly text: string } | null;
  /** Null if there is no OpenID Connect provider. */
  readonly oidc: (OidcTokenOptions & { readonly jwksUrl: string | null }) | null;
  /** Tokens of shoppers; null if shoppers cannot authenticate. */
  readonly shoppers: {
    readonly storeHash: string;
    /** The platform's tokens; null if they are not accepted. */
    readonly platform: Omit<ShopperTokenOptions, 'storeHash'> | null;
    /** The gateway's own tokens; null if shoppers cannot sign in. */
    readonly signIn: SignInOptions | null;
    /** Budget of each shopper; null if there is no limit. */
    readonly callsPerMinute: number | null;
  } | null;
  /** Key of the hashes that stand for users and shoppers; null generates one. */
  readonly hashKey: string | null;
  /** Whether authentication is off: only tokens of shoppers are looked at. @default false */
  readonly isOptional?: boolean;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/**
 * Opens the key file and the provider's JWKS. Returns their problems if there are any: one line each, without secrets. A
 * provider that does not answer is a problem only if no other callers can be served.
 */
export async function openAuthenticator({
  keys,
  oidc,
  shoppers,
  hashKey,
  isOptional = false,
  logger,
}: AuthenticatorOptions): Promise<
  | {
      readonly authenticator: Authenticator;
      readonly providerKeys: ProviderKeys | null;
      /** Null if shoppers cannot sign in. */
      readonly signIn: ShopperSignIn | null;
    }
  | { readonly problems: readonly string[] }
> {
  const onKeys = {
    onChange: () => logger.info('the key file was read again'),
    onProblems: (problems: readonly string[]) =>
      logger.error({ problems }, 'the key file is invalid: the keys read last stay valid'),
  };

  function onUnreadable(isUnreadable: boolean): void {
    if (!isUnreadable) logger.info("the OpenID provider's JWKS can be read again");
    else
      logger.error(
        "the OpenID provider's JWKS cannot be read: the keys read last, if any, stay valid for a day",
      );
  }

  const pseudonym = createPseudonymizer(hashKey ?? undefined);
  const servesOthers = keys !== null || Boolean(shoppers?.platform);
  const [ring, provider] = await Promise.all([
    keys === null ? { find: null } : openKeyRing({ ...onKeys, keys }),
    oidc === null ? { keys: null } : openJwks({ ...oidc, mayBeUnreadable: servesOthers, onUnreadable }),
  ]);
  const problems = [ring, provider].flatMap((opened) => ('problems' in opened ? opened.problems : []));
  if ('problems' in ring || 'problems' in provider) return { problems };
  const shopperAccess =
    shoppers &&
    createShopperAccess({
      ...shoppers,
      platform: shoppers.platform && { ...shoppers.platform, storeHash: shoppers.storeHash },
      pseudonym,
    });
  const tokenVerifiers = new Map<string, TokenVerifier>(shopperAccess?.verifiers);
  if (oidc && provider.keys)
    tokenVerifiers.set(oidc.issuer, createOidcVerifier(oidc, provider.keys.find, pseudonym));
  const authenticator = createAuthenticator({ findKey: ring.find, tokenVerifiers, isOptional });
  return { authenticator, providerKeys: provider.keys, signIn: shopperAccess?.signIn ?? null };
}
