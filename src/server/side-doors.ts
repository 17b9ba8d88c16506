import type { Plugin } from 'graphql-yoga';
import type { Metrics } from './metrics/index.ts';
import type { ReadinessMonitor } from './readiness.ts';
import type { TokenScopes } from './token-scopes.ts';

export interface SideDoorsOptions {
  readonly readiness: ReadinessMonitor;
  readonly metrics: Metrics;
  readonly tokenScopes: Pick<TokenScopes, 'limits' | 'isUseless'>;
}

/** What is served beside GraphQL: health, metrics, and the way from `/` to GraphiQL. */
export function sideDoors({ readiness, metrics, tokenScopes }: SideDoorsOptions): Plugin {
  const doors: Readonly<Record<string, () => Response | Promise<Response>>> = {
    '/': () => new Response(null, { status: 302, headers: { location: '/graphql' } }),
    '/health/live': () => Response.json({ status: 'live' }),
    '/health/ready': async () => {
      const { ready, reasons } = await readiness.check();
      const limits = tokenScopes.limits();
      // A token with less than all rights is what many want; one that reads no customers is of no use.
      const isReady = ready && !tokenScopes.isUseless();
      const report = { status: isReady ? 'ready' : 'not ready', reasons, limits };
      return Response.json(report, { status: isReady ? 200 : 503 });
    },
    '/metrics': async () =>
      new Response(await metrics.text(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
  };

  return {
    async onRequest({ request, url, endResponse }) {
      const door = Object.hasOwn(doors, url.pathname) ? doors[url.pathname] : undefined;
      if (door === undefined) return;
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      endResponse(
        isRead ? await door() : new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } }),
      );
    },
  };
}
