import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, to be closed without losing a request. */
export interface Connections {
  /** From now on each response closes its connection, so pooled clients open no further request on it. */
  closeAfterResponse(): void;
  /** Closes each connection as soon as it has no request in flight. Requests that are only half received do not count. */
  closeIdle(): void;
}

/** Tracks the connections of a server and the responses in flight on each. */
export function trackConnections(server: Server): Connections {
  const inFlight = new Map<Socket, Set<ServerResponse>>();
  let isDraining = false;
  let isClosing = false;

  function closeIfIdle(socket: Socket): void {
    if (isClosing && inFlight.get(socket)?.size === 0) socket.destroy();
  }

  server.on('connection', (socket: Socket) => {
    inFlight.set(socket, new Set());
    socket.once('close', () => inFlight.delete(socket));
  });
  server.prependListener('request', ({ socket }, response) => {
    inFlight.get(socket)?.add(response);
    if (isDraining) response.shouldKeepAlive = false;
    response.once('close', () => {
      inFlight.get(socket)?.delete(response);
      // Once the last byte has left: destroying the socket earlier would cut the response.
      setImmediate(closeIfIdle, socket);
    });
  });

  return {
    closeAfterResponse() {
      isDraining = true;
      for (const responses of inFlight.values()) {
        for (const response of responses) response.shouldKeepAlive = false;
      }
    },
    closeIdle() {
      isClosing = true;
      for (const socket of inFlight.keys()) closeIfIdle(socket);
    },
  };
}
