import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../../errors.ts';
import { headOfFetch, type RequestHead } from './request-head.ts';

/**
 * CORS for the allowed origins, and CSRF protection against all others. CORS alone only stops a cross-site page from
 * reading a response; `Sec-Fetch-Site`, which browsers set themselves, also stops its request from reaching the store.
 *
 * @param allowed origins such as `https://shop.example`
 */
export function corsAndCsrf(allowed: readonly string[]): Plugin {
  return {
    onRequest({ request, url, serverContext, endResponse }) {
      if (url.pathname !== '/graphql') return;
      if (request.method === 'OPTIONS' && isAllowed(request.headers.get('origin'), allowed))
        return endResponse(new Response(null, { status: 204, headers: preflightHeaders(request) }));
      if (isForbiddenCrossSite(headOfFetch(request, serverContext), allowed)) endResponse(forbidden());
    },
    onResponse({ request, response, serverContext }) {
      if (new URL(request.url).pathname !== '/graphql') return;
      const { vary, ...headers } = corsHeaders(headOfFetch(request, serverContext), allowed);
      if (vary !== undefined) response.headers.append('vary', vary);
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    },
  };
}

function isAllowed(origin: string | null, allowed: readonly string[]): origin is string {
  return origin !== null && allowed.includes(origin);
}

/** Whether a page of another site that is not allowed sends the request. */
export function isForbiddenCrossSite(
  { header }: Pick<RequestHead, 'header'>,
  allowed: readonly string[],
): boolean {
  const site = header('sec-fetch-site');
  return (site === 'cross-site' || site === 'same-site') && !isAllowed(header('origin'), allowed);
}

/** The response headers by which a browser lets a page of an allowed origin read the response. */
export function corsHeaders(
  { method, header }: Pick<RequestHead, 'method' | 'header'>,
  allowed: readonly string[],
): Readonly<Record<string, string>> {
  if (allowed.length === 0) return {};
  const vary = method === 'OPTIONS' ? 'Origin, Access-Control-Request-Headers' : 'Origin';
  const origin = header('origin');
  if (!isAllowed(origin, allowed)) return { vary };
  return {
    vary,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'X-Request-Id, Retry-After',
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
