import type { Plugin } from 'graphql-yoga';
import { remember } from './remember.ts';

/** The paths that the gateway serves. Every other path is 404. */
const ROUTES = [
  '/',
  '/graphql',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/webhooks/bigcommerce',
] as const;

/** The files of GraphiQL are below this path, each at `<hash>/<name>`. */
export const ASSETS_PATH = '/graphql/assets/';
const ASSET = /^\/graphql\/assets\/[\w-]{1,64}\/[\w-]{1,64}\.[a-z]{1,8}$/;

export type Route = (typeof ROUTES)[number] | typeof ASSETS_PATH;

/** The target of a request line, in origin form (`/graphql?a=b`) or absolute form (`http://host/graphql?a=b`). */
export interface RequestTarget {
  /** Null if the gateway does not serve the path. */
  readonly route: Route | null;
  /** The path: the route, or what it leads to below the route of the assets. Null if there is no route. */
  readonly path: string | null;
  /** The host of the absolute form; null in origin form. */
  readonly authority: string | null;
  /** The query string with its `?`, or an empty string. */
  readonly search: string;
}

/**
 * Finds the route of a request. Dot segments, repeated slashes and one trailing slash are resolved. Other case and
 * percent-encoded letters are different paths, so no later check can be bypassed by a spelling.
 */
export const parseTarget: (target: string) => RequestTarget = remember((target) => {
  const [, authority = null, path = '', search = ''] = TARGET.exec(target) ?? [];
  const isAbsolute = authority !== null;
  const isPath = path.startsWith('/') || (isAbsolute && path === '');
  const resolved = isPath ? resolvePath(path) : '';
  const route = routeOf(resolved);
  return { route, path: route === null ? null : resolved, authority, search };
});

export function routeOf(path: string): Route | null {
  if (ASSET.test(path)) return ASSETS_PATH;
  return ROUTES.find((route) => route === path) ?? null;
}

/** Whether a path is a health check, which is answered whatever the Host header is. */
export function isHealthCheck(route: Route | null): boolean {
  return route === '/health/live' || route === '/health/ready';
}

const TARGET = /^(?:https?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?/i;

function resolvePath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/**
 * Answers 404 to every path that is not a route. Yoga would serve GraphQL at each path that ends with its endpoint.
 * @param graphiql whether the page has files
 */
export function unknownRoutes(graphiql: boolean): Plugin {
  return {
    onRequest({ url, endResponse }) {
      const route = routeOf(url.pathname);
      if (route !== null && (graphiql || route !== ASSETS_PATH)) return;
      const errors = [{ message: 'Not found. GraphQL is at /graphql.' }];
      endResponse(Response.json({ errors }, { status: 404 }));
    },
  };
}
