import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../../errors.ts';

/**
 * CORS for the allowed origins, and CSRF protection against all others. CORS alone only stops a cross-site page from
 * reading a response; `Sec-Fetch-Site`, which browsers set themselves, also stops its request from reaching the store.
 *
 * @param allowed origins such as `https://shop.example`
 */
export function corsAndCsrf(allowed: readonly string[]): Plugin {
  const isAllowed = (origin: string | null): origin is string => origin !== null && allowed.includes(origin);

  return {
    onRequest({ request, url, endResponse }) {
      if (url.pathname !== '/graphql') return;
      const origin = request.headers.get('origin');
      if (request.method === 'OPTIONS' && isAllowed(origin)) {
        return endResponse(new Response(null, { status: 204, headers: preflightHeaders(request) }));
      }
      const site = request.headers.get('sec-fetch-site');
      const isCrossSite = site === 'cross-site' || site === 'same-site';
      if (isCrossSite && !isAllowed(origin)) endResponse(forbidden());
    },
    onResponse({ request, response }) {
      if (allowed.length === 0 || new URL(request.url).pathname !== '/graphql') return;
      response.headers.append('vary', 'Origin');
      if (request.method === 'OPTIONS') response.headers.append('vary', 'Access-Control-Request-Headers');
      const origin = request.headers.get('origin');
      if (!isAllowed(origin)) return;
      response.headers.set('access-control-allow-origin', origin);
      response.headers.set('access-control-expose-headers', 'X-Request-Id, Retry-After');
    },
  };
}

/** Maximum length of the list of header names in a preflight request, in characters. */
const MAX_NAMES_LENGTH = 2_000;
const HEADER_NAMES = /^[\w-]+(?:,[\w-]+)*$/;

// Which headers a page sends is for the page to decide: clients add their name, trace ids, and more. None is trusted.
function preflightHeaders(request: Request): Record<string, string> {
  const requested = request.headers.get('access-control-request-headers') ?? '';
  const names = requested.length > MAX_NAMES_LENGTH ? '' : requested.replaceAll(/[ \t]/g, '');
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': HEADER_NAMES.test(names) ? names : 'authorization,content-type',
    'access-control-max-age': '600',
  };
}

function forbidden(): Response {
  const { code, message } = new GatewayError(
    'FORBIDDEN',
    'Cross-site request blocked: the origin is not in CORS_ORIGINS.',
  );
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status: 403 });
}
