import type { IncomingMessage } from 'node:http';
import { type Route, routeOf } from './route.ts';

/** What is known of a request before its body is read, whichever path handles it. */
export interface RequestHead {
  readonly method: string;
  /** Null if the gateway does not serve the path. */
  readonly route: Route | null;
  /** IP address of the peer. Null if there is no connection. */
  readonly peer: string | null;
  /** A header by its lower-case name. Null if the request does not have it. */
  header(name: string): string | null;
}

/** The part of Yoga's server context that has the request. Yoga adds it under node:http. */
interface NodeServerContext {
  readonly req?: IncomingMessage;
}

/** The head of a request that Yoga handles. */
export function headOfFetch(request: Request, serverContext: object): RequestHead {
  const { req } = serverContext as NodeServerContext;
  return {
    method: request.method,
    route: routeOf(new URL(request.url).pathname),
    peer: req?.socket?.remoteAddress ?? null,
    header: (name) => request.headers.get(name),
  };
}

/** The head of a request of node:http whose URL begins with its route. */
export function headOfNode(
  { method = '', headers, socket }: IncomingMessage,
  route: Route | null,
): RequestHead {
  return {
    method,
    route,
    peer: socket.remoteAddress ?? null,
    header(name) {
      const value = headers[name];
      return value === undefined ? null : String(value);
    },
  };
}
