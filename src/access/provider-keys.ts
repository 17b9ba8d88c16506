import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from 'jose';

export interface ProviderKeysOptions {
  readonly issuer: string;
  /** Where the provider's keys are; null looks it up in the provider's own description. */
  readonly jwksUrl: string | null;
  /** Told when the keys cannot be read any more, and with false when they can again. */
  readonly onUnreadable: (isUnreadable: boolean) => void;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

const TIMEOUT_MS = 5_000;
/** A key that is not known makes us look for new ones, this often at the most. */
const COOLDOWN_MS = 30_000;
/** How long the keys that were read last count while the provider cannot be reached. */
const TRUSTED_MS = 24 * 3_600_000;

/** Reads the keys that an OpenID provider signs with, now and whenever they have changed; or answers why it cannot. */
export async function openProviderKeys({
  issuer,
  jwksUrl,
  onUnreadable,
  now = () => performance.now(),
}: ProviderKeysOptions): Promise<
  { readonly keys: JWTVerifyGetKey } | { readonly problems: readonly string[] }
> {
  const found = jwksUrl === null ? await discover(issuer) : { jwksUrl };
  if ('problem' in found) return { problems: [found.problem] };
  const keys = createRemoteJWKSet(new URL(found.jwksUrl), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: rememberingFetch(onUnreadable, now),
  });
  try {
    await keys.reload();
    return { keys };
  } catch {
    const where = jwksUrl === null ? "the provider's keys" : 'OIDC_JWKS_URL';
    return { problems: [`${where} cannot be read, or hold no set of keys`] };
  }
}

async function discover(
  issuer: string,
): Promise<{ readonly jwksUrl: string } | { readonly problem: string }> {
  const path = '/.well-known/openid-configuration';
  try {
    const response = await fetch(issuer.replace(/\/$/, '') + path, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const description = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (description.issuer !== issuer) {
      return { problem: `OIDC_ISSUER is not the issuer that its own ${path} names` };
    }
    const { jwks_uri: jwksUrl } = description;
    if (typeof jwksUrl === 'string' && isSafeUrl(jwksUrl)) return { jwksUrl };
    return { problem: `OIDC_ISSUER names no https address of its keys in ${path}: set OIDC_JWKS_URL` };
  } catch {
    return { problem: `OIDC_ISSUER has no ${path} that can be read: set OIDC_JWKS_URL where it has none` };
  }
}

// Whoever could change the keys on their way could sign what they like.
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** While the provider is down nobody should be: the keys that were read last count on, for a day. */
function rememberingFetch(
  onUnreadable: ProviderKeysOptions['onUnreadable'],
  now: () => number,
): FetchImplementation {
  let last: { readonly text: string; readonly at: number } | null = null;
  let isUnreadable = false;

  function tell(news: boolean): void {
    if (news !== isUnreadable && last !== null) onUnreadable(news);
    isUnreadable = news;
  }

  return async (url, options) => {
    try {
      const text = await keySetAt(url, options);
      last = { text, at: now() };
      tell(false);
    } catch (error) {
      tell(true);
      if (last === null || now() - last.at > TRUSTED_MS) throw error;
    }
    return new Response(last.text);
  };
}

async function keySetAt(url: string, options: RequestInit): Promise<string> {
  const response = await fetch(url, options);
  const text = await response.text();
  const { keys } = JSON.parse(text) as { readonly keys?: unknown };
  if (response.status !== 200 || !Array.isArray(keys)) throw new Error('no set of keys');
  return text;
}
