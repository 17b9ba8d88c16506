import type { Plugin } from 'graphql-yoga';

/** Sets response headers that forbid framing, MIME sniffing, caching, referrers and cross-origin reads in browsers. */
export function securityHeaders(): Plugin {
  return {
    onResponse({ response: { headers } }) {
      for (const [name, value] of Object.entries(BROWSER_HEADERS)) headers.set(name, value);
      if (!headers.has('content-security-policy')) headers.set('content-security-policy', DEFAULT_CSP);
      // Responses contain personal data. Only GraphiQL's page and its files contain none, and they alone have an ETag.
      if (!headers.has('etag')) headers.set('cache-control', 'no-store');
    },
  };
}

const BROWSER_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

const DEFAULT_CSP = "default-src 'none'; frame-ancestors 'none'";

/** The security headers of a response to a GraphQL operation. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  ...BROWSER_HEADERS,
  'content-security-policy': DEFAULT_CSP,
  'cache-control': 'no-store',
};
