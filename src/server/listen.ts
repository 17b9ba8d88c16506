import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Milliseconds that requests may take to finish once it stops. */
  readonly graceMs: number;
}

export interface Listener {
  readonly url: string;
  /** Stops accepting, lets what runs finish within the grace period, closes. */
  stop(): Promise<void>;
}

/** Opens the gateway's port. */
export async function listen(app: App, { host, port, graceMs }: ListenOptions): Promise<Listener> {
  const server = createServer(app.yoga);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // A server that listens on a port has an address of this form; the other forms belong to pipes.
  const { port: boundPort } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;

  async function stop(): Promise<void> {
    app.drain();
    const closed = new Promise((resolve) => server.close(resolve));
    // A connection that is kept alive is idle, and would stay for seconds, once its last answer is out.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const patience = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    // A write is finished even where its caller has gone, since nobody could tell its outcome afterwards.
    await Promise.race([Promise.all([closed, app.settled()]), patience]);
    server.closeAllConnections();
    await closed;
    clearInterval(sweep);
    await app.close();
  }

  return { url: `http://${name}:${boundPort}`, stop };
}
