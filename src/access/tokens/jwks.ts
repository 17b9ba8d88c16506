import { setTimeout as delay } from 'node:timers/promises';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';

/** Options of `openJwks`. */
export interface JwksOptions {
  readonly issuer: string;
  /** URL of the provider's JWKS; null reads it from the provider's discovery document. */
  readonly jwksUrl: string | null;
  /** Whether it opens also while the provider does not answer. A wrong configuration is a problem in any case. @default false */
  readonly mayBeUnreadable?: boolean;
  /** Called with true when the JWKS can no longer be read, and with false when it can again. */
  readonly onUnreadable: (isUnreadable: boolean) => void;
  /** Milliseconds between two attempts to read a JWKS that could not be read. @default 30000 */
  readonly retryMs?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** @default a timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** The keys with which an OpenID provider signs its tokens. */
export interface ProviderKeys {
  /** Finds the key of a token. @throws ProviderUnavailable if there are no keys that are still valid */
  readonly find: JWTVerifyGetKey;
  /** Whether the last attempt to read the JWKS failed. */
  isUnreadable(): boolean;
}

/** Thrown if a token cannot be verified, because the provider's keys are not known. */
export class ProviderUnavailable extends Error {}

const TIMEOUT_MS = 5_000;
const RETRY_MS = 30_000;
/** A token with an unknown key id makes us read the JWKS again. It waits until this time has passed since the last reading. */
const MIN_INTERVAL_MS = 500;
/** Age at which the JWKS is read again, in milliseconds. A withdrawn key stops working by then, if the provider answers. */
const MAX_AGE_MS = 300_000;
/** How long the keys read last stay valid while the provider is unreachable. */
const MAX_STALE_MS = 24 * 3_600_000;

/** How opening the JWKS failed. `isOutage`: the provider did not answer, which says nothing about the configuration. */
interface Failure {
  readonly problem: string;
  readonly isOutage: boolean;
}

/**
 * Fetches the JWKS of an OpenID provider now, and again when it has changed. Returns the problems if it cannot be read. While it
 * cannot, it is tried again at intervals, also if no token arrives.
 */
export async function openJwks({
  issuer,
  jwksUrl,
  mayBeUnreadable = false,
  onUnreadable,
  retryMs = RETRY_MS,
  now = () => performance.now(),
  sleep = delay,
}: JwksOptions): Promise<{ readonly keys: ProviderKeys } | { readonly problems: readonly string[] }> {
  let isOpen = false;
  let isUnreadable = false;
  let retry: NodeJS.Timeout | undefined;
  let remote: ReturnType<typeof createRemoteJWKSet> | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let nextReading: Promise<unknown> | null = null;
  const fetchOrKeep = staleOnErrorFetch(report, now);

  function report(failed: boolean): void {
    if (!isOpen || failed === isUnreadable) return;
    isUnreadable = failed;
    clearInterval(retry);
    if (failed) retry = setInterval(() => void open(), retryMs).unref();
    onUnreadable(failed);
  }

  /** Returns how it failed; null if the JWKS was read. */
  async function open(): Promise<Failure | null> {
    if (remote === null) {
      const located = jwksUrl === null ? await discoverJwksUrl(issuer) : { jwksUrl };
      if ('problem' in located) return located;
      remote = createRemoteJWKSet(new URL(located.jwksUrl), {
        timeoutDuration: TIMEOUT_MS,
        // An unknown key id is our own affair: see `find`.
        cooldownDuration: Number.POSITIVE_INFINITY,
        cacheMaxAge: MAX_AGE_MS,
        [customFetch](url, options) {
          readAt = now();
          return fetchOrKeep(url, options);
        },
      });
    }
    try {
      await remote.reload();
      return null;
    } catch {
      const source = jwksUrl === null ? "the provider's JWKS" : 'OIDC_JWKS_URL';
      return { problem: `${source} cannot be read, or is not a JWKS`, isOutage: true };
    }
  }

  async function find(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<CryptoKey> {
    if (remote === null) throw new ProviderUnavailable();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The provider can have a new key since the last reading. A token that it has signed must not fail.
      nextReading ??= readAgain(remote);
      await nextReading;
      return remote(header, token);
    }
  }

  /** All tokens with unknown key ids share one reading. */
  async function readAgain({ reload }: ReturnType<typeof createRemoteJWKSet>): Promise<void> {
    await sleep(Math.max(0, readAt + MIN_INTERVAL_MS - now()));
    // A token that arrives from now on can be signed with a key that this reading does not show.
    nextReading = null;
    await reload();
  }

  const failure = await open();
  if (failure !== null && !(failure.isOutage && mayBeUnreadable)) return { problems: [failure.problem] };
  isOpen = true;
  if (failure !== null) report(true);
  return { keys: { find, isUnreadable: () => isUnreadable } };
}

async function discoverJwksUrl(issuer: string): Promise<{ readonly jwksUrl: string } | Failure> {
  const path = '/.well-known/openid-configuration';
  try {
    const response = await fetch(issuer.replace(/\/$/, '') + path, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status >= 500) return { problem: unreadable(path), isOutage: true };
    const discovery = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (discovery.issuer !== issuer) {
      return { problem: `OIDC_ISSUER differs from the issuer in its ${path}`, isOutage: false };
    }
    const { jwks_uri: jwksUrl } = discovery;
    if (typeof jwksUrl === 'string' && isTrustworthyUrl(jwksUrl)) return { jwksUrl };
    const problem = `OIDC_ISSUER has no https jwks_uri in its ${path}: set OIDC_JWKS_URL`;
    return { problem, isOutage: false };
  } catch (error) {
    return { problem: unreadable(path), isOutage: !(error instanceof SyntaxError) };
  }
}

function unreadable(path: string): string {
  return `OIDC_ISSUER has no readable ${path}: if it has none, set OIDC_JWKS_URL`;
}

// An attacker who could change the keys in transit could sign any token.
function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** A fetch that returns the last JWKS for up to a day while the provider is down, so the gateway stays available. */
function staleOnErrorFetch(report: (failed: boolean) => void, now: () => number): FetchImplementation {
  let last: { readonly text: string; readonly at: number } | null = null;

  return async (url, options) => {
    try {
      const text = await fetchJwks(url, options);
      last = { text, at: now() };
      report(false);
    } catch {
      report(true);
      if (last === null || now() - last.at > MAX_STALE_MS) throw new ProviderUnavailable();
    }
    return new Response(last.text);
  };
}

async function fetchJwks(url: string, options: RequestInit): Promise<string> {
  const response = await fetch(url, options);
  const text = await response.text();
  const { keys } = JSON.parse(text) as { readonly keys?: unknown };
  const isJwks = Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
  if (response.status !== 200 || !isJwks) throw new Error('not a JWKS');
  return text;
}
