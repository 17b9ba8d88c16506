import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from 'jose';

/** Options of `openProviderKeys`. */
export interface JwksOptions {
  readonly issuer: string;
  /** URL of the provider's JWKS; null reads it from the provider's discovery document. */
  readonly jwksUrl: string | null;
  /** Called with true when the JWKS can no longer be read, and with false when it can again. */
  readonly onUnreadable: (isUnreadable: boolean) => void;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

const TIMEOUT_MS = 5_000;
/** An unknown key id makes us fetch the JWKS again; this is the minimum time between two fetches. */
const COOLDOWN_MS = 30_000;
/** How long the keys read last stay valid while the provider is unreachable. */
const MAX_STALE_MS = 24 * 3_600_000;

/** Fetches the JWKS of an OpenID provider now, and again when it has changed. Returns the problems if it cannot be read. */
export async function openJwks({
  issuer,
  jwksUrl,
  onUnreadable,
  now = () => performance.now(),
}: JwksOptions): Promise<{ readonly keys: JWTVerifyGetKey } | { readonly problems: readonly string[] }> {
  const located = jwksUrl === null ? await discoverJwksUrl(issuer) : { jwksUrl };
  if ('problem' in located) return { problems: [located.problem] };
  const keys = createRemoteJWKSet(new URL(located.jwksUrl), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: staleOnErrorFetch(onUnreadable, now),
  });
  try {
    await keys.reload();
    return { keys };
  } catch {
    const source = jwksUrl === null ? "the provider's JWKS" : 'OIDC_JWKS_URL';
    return { problems: [`${source} cannot be read, or is not a JWKS`] };
  }
}

async function discoverJwksUrl(
  issuer: string,
): Promise<{ readonly jwksUrl: string } | { readonly problem: string }> {
  const path = '/.well-known/openid-configuration';
  try {
    const response = await fetch(issuer.replace(/\/$/, '') + path, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const discovery = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (discovery.issuer !== issuer) {
      return { problem: `OIDC_ISSUER differs from the issuer in its ${path}` };
    }
    const { jwks_uri: jwksUrl } = discovery;
    if (typeof jwksUrl === 'string' && isTrustworthyUrl(jwksUrl)) return { jwksUrl };
    return { problem: `OIDC_ISSUER has no https jwks_uri in its ${path}: set OIDC_JWKS_URL` };
  } catch {
    return { problem: `OIDC_ISSUER has no readable ${path}: if it has none, set OIDC_JWKS_URL` };
  }
}

// An attacker who could change the keys in transit could sign any token.
function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** A fetch that returns the last JWKS for up to a day while the provider is down, so the gateway stays available. */
function staleOnErrorFetch(
  onUnreadable: JwksOptions['onUnreadable'],
  now: () => number,
): FetchImplementation {
  let last: { readonly text: string; readonly at: number } | null = null;
  let isUnreadable = false;

  function report(failed: boolean): void {
    if (failed !== isUnreadable && last !== null) onUnreadable(failed);
    isUnreadable = failed;
  }

  return async (url, options) => {
    try {
      const text = await fetchJwks(url, options);
      last = { text, at: now() };
      report(false);
    } catch (error) {
      report(true);
      if (last === null || now() - last.at > MAX_STALE_MS) throw error;
    }
    return new Response(last.text);
  };
}

async function fetchJwks(url: string, options: RequestInit): Promise<string> {
  const response = await fetch(url, options);
  const text = await response.text();
  const { keys } = JSON.parse(text) as { readonly keys?: unknown };
  if (response.status !== 200 || !Array.isArray(keys)) throw new Error('not a JWKS');
  return text;
}
