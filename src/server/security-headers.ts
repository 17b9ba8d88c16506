import type { Plugin } from 'graphql-yoga';

/** Tells browsers what not to do with our answers: frame them, guess their type, keep them, or say where they came from. */
export function securityHeaders(): Plugin {
  return {
    onResponse({ response: { headers } }) {
      for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
      if (!headers.has('content-security-policy')) headers.set('content-security-policy', NOTHING);
      // Answers hold personal data; the page alone holds none, and says which version of it this is.
      if (!headers.has('etag')) headers.set('cache-control', 'no-store');
    },
  };
}

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

const NOTHING = "default-src 'none'; frame-ancestors 'none'";
