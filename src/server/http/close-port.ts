import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';

/** An iteration of the event loop that took longer did something, in milliseconds. */
const QUIET_MS = 0.1;
/** Iterations after which the port is closed in any case. */
const MAX_ITERATIONS = 5_000;

/**
 * Closes the port of a server. The operating system resets connections that are not accepted yet, and with them their
 * requests. So the port is closed in an iteration of the event loop in which no connection arrived and nothing else ran.
 *
 * @returns when the port is closed. Connections may still be open
 */
export function closePort(server: Server): Promise<void> {
  let hasArrived = false;
  const onArrival = () => {
    hasArrived = true;
  };
  server.on('connection', onArrival);
  return new Promise((resolve) => {
    let iterations = 0;
    let startedAt = Number.NEGATIVE_INFINITY;

    function check(): void {
      const isQuiet = !hasArrived && performance.now() - startedAt < QUIET_MS;
      iterations += 1;
      if (isQuiet || iterations > MAX_ITERATIONS) {
        // The HTTP server's own method does more before it closes the port: it closes idle connections. It follows.
        NetServer.prototype.close.call(server);
        server.close();
        server.off('connection', onArrival);
        resolve();
        return;
      }
      hasArrived = false;
      startedAt = performance.now();
      setImmediate(check);
    }

    check();
  });
}
