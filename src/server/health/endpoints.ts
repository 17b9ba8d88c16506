import type { Plugin } from 'graphql-yoga';
import type { ProviderKeys } from '../../access/tokens/jwks.ts';
import type { Replicas } from '../../redis/replicas.ts';
import type { Metrics } from '../observability/metrics/index.ts';
import type { HookWatch } from '../webhooks/hook-watch.ts';
import type { ReadinessMonitor } from './readiness.ts';
import type { StoreTokenScopes } from './store-token-scopes.ts';

export interface OperationalEndpointsOptions {
  readonly readiness: ReadinessMonitor;
  readonly metrics: Metrics;
  readonly tokenScopes: StoreTokenScopes;
  /** The keys of the identity provider; null if there is none. */
  readonly providerKeys: Pick<ProviderKeys, 'isUnreadable'> | null;
  /** What the replicas share; null if each process counts alone. */
  readonly replicas: Pick<Replicas, 'isAvailable'> | null;
  /** Knows whether the store's events arrive; null if no webhooks are configured. */
  readonly hookWatch: Pick<HookWatch, 'problems'> | null;
  /** Whether `/` leads to GraphiQL. It is 404 otherwise. */
  readonly graphiql: boolean;
}

const PROVIDER_PROBLEM = "the OpenID provider's keys cannot be read";
const REDIS_PROBLEM = 'Redis cannot be used';

/** The endpoints other than GraphQL: health, metrics, and the redirect from `/` to GraphiQL. */
export function operationalEndpoints({
  readiness,
  metrics,
  tokenScopes,
  providerKeys,
  replicas,
  hookWatch,
  graphiql,
}: OperationalEndpointsOptions): Plugin {
  const handlers: Readonly<Record<string, () => Response | Promise<Response>>> = {
    '/': () =>
      graphiql
        ? new Response(null, { status: 302, headers: { location: '/graphql' } })
        : new Response(null, { status: 404 }),
    '/health/live': () => Response.json({ status: 'live' }),
    '/health/ready': async () => {
      const { ready, reasons } = await readiness.check();
      const limits = tokenScopes.missing();
      // Missing scopes may be intended. Without the scope to read customers the gateway cannot serve anything.
      const isReady = ready && tokenScopes.canReadCustomers();
      const problems = [
        ...(providerKeys?.isUnreadable() ? [PROVIDER_PROBLEM] : []),
        ...(replicas?.isAvailable() === false ? [REDIS_PROBLEM] : []),
        ...(hookWatch?.problems() ?? []),
      ];
      // Callers with other credentials are served, and without Redis all are, so the status is still 200.
      const status = !isReady ? 'not ready' : problems.length > 0 ? 'degraded' : 'ready';
      const report = { status, reasons: [...reasons, ...problems], limits };
      return Response.json(report, { status: isReady ? 200 : 503 });
    },
    '/metrics': async () =>
      new Response(await metrics.text(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
  };

  return {
    async onRequest({ request, url, endResponse }) {
      const handler = Object.hasOwn(handlers, url.pathname) ? handlers[url.pathname] : undefined;
      if (handler === undefined) return;
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      endResponse(
        isRead ? await handler() : new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } }),
      );
    },
  };
}
