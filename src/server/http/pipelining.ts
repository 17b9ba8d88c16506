import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait behind the one in progress. */
const MAX_WAITING = 10;

/**
 * Handles the requests of a connection one at a time. Node hands over all pipelined requests at once, and their responses
 * would stay in memory until it is their turn. Requests beyond the maximum are not handled: the connection closes after the
 * ones before them, which tells the client that they were not.
 */
export function oneAtATime(handle: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, [IncomingMessage, ServerResponse][]>();

  function start(request: IncomingMessage, response: ServerResponse): void {
    response.once('close', () => startNext(request.socket));
    handle(request, response);
  }

  function startNext(socket: Socket): void {
    const [request, response] = waiting.get(socket)?.shift() ?? [];
    if (request === undefined || response === undefined || socket.destroyed) {
      waiting.delete(socket);
      return;
    }
    // The body of the request may still be on its way.
    socket.resume();
    start(request, response);
  }

  return (request, response) => {
    const { socket } = request;
    const queue = waiting.get(socket);
    if (queue === undefined) {
      waiting.set(socket, []);
      return start(request, response);
    }
    socket.pause();
    if (queue.length < MAX_WAITING) queue.push([request, response]);
    else {
      const [, last] = queue.at(-1) ?? [];
      if (last !== undefined) last.shouldKeepAlive = false;
    }
  };
}
