import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors.ts';

/**
 * Lets pages of the sites that are listed ask and read; pages of all others neither. A browser says by itself from which
 * site a request comes, and a page of another site could otherwise have the store asked, though never read the answer.
 */
export function otherSites(allowed: readonly string[]): Plugin {
  const isAllowed = (origin: string | null): origin is string => origin !== null && allowed.includes(origin);

  return {
    onRequest({ request, url, endResponse }) {
      if (url.pathname !== '/graphql') return;
      const origin = request.headers.get('origin');
      if (request.method === 'OPTIONS' && isAllowed(origin)) {
        return endResponse(new Response(null, { status: 204, headers: PREFLIGHT }));
      }
      const site = request.headers.get('sec-fetch-site');
      const isForeign = site === 'cross-site' || site === 'same-site';
      if (isForeign && !isAllowed(origin)) endResponse(refusal());
    },
    onResponse({ request, response }) {
      if (allowed.length === 0 || new URL(request.url).pathname !== '/graphql') return;
      response.headers.append('vary', 'Origin');
      const origin = request.headers.get('origin');
      if (!isAllowed(origin)) return;
      response.headers.set('access-control-allow-origin', origin);
      response.headers.set('access-control-expose-headers', 'X-Request-Id');
    },
  };
}

const PREFLIGHT: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'Authorization, Content-Type',
  'access-control-max-age': '600',
};

function refusal(): Response {
  const { code, message } = new GatewayError(
    'FORBIDDEN',
    'Pages of this site may not ask: CORS_ORIGINS lists those that may.',
  );
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status: 403 });
}
