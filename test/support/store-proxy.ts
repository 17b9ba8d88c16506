import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response that the proxy sends instead of the store's. */
export interface StoreResponse {
  readonly status: number;
  readonly body: unknown;
}

/** Returns the response to a call, or null to forward the call to the store. A call has the form `/customers?limit=1`. */
export type Override = (call: string) => StoreResponse | null;

export interface StoreProxyOptions {
  /** Base URL of the store's API, up to and including `/v3`. */
  readonly store: string;
  /** Whether calls wait until they are released. @default false */
  readonly paused?: boolean;
  readonly override?: Override;
}

/** A proxy in front of a store that can hold calls back, so a test can see which ones are concurrent. */
export interface StoreProxy {
  /** Base URL of the API, for the gateway's configuration. */
  readonly url: string;
  /** Every call that arrived, in order. */
  readonly calls: readonly string[];
  /** Maximum number of calls that were waiting at the same time. */
  readonly maxWaiting: number;
  /** The waiting calls, in order of arrival. */
  waiting(): readonly string[];
  /** Resolves with the waiting calls as soon as there are this many. */
  waitForCalls(calls: number): Promise<readonly string[]>;
  /** Releases the waiting calls. Later calls wait. */
  release(): void;
  /** Releases the waiting calls and stops holding back later ones. */
  resume(): void;
  close(): Promise<void>;
}

interface WaitingCall {
  readonly call: string;
  readonly release: () => void;
}

export async function startStoreProxy({
  store,
  paused = false,
  override = () => null,
}: StoreProxyOptions): Promise<StoreProxy> {
  const target = new URL(store);
  const calls: string[] = [];
  let waiting: WaitingCall[] = [];
  let watchers: { readonly count: number; readonly resolve: () => void }[] = [];
  let isPaused = paused;
  let maxWaiting = 0;

  const server = createServer(async (request, response) => {
    const call = (request.url ?? '').slice(target.pathname.length);
    calls.push(call);
    if (isPaused) await new Promise<void>((release) => wait({ call, release }));
    // The client may have disconnected while it waited.
    if (response.destroyed) return;
    const substitute = override(call);
    if (substitute !== null) return respond(response, substitute.status, JSON.stringify(substitute.body));
    const { 'x-auth-token': token = '', accept = '' } = request.headers;
    const headers = { 'x-auth-token': String(token), accept };
    // The store may have been closed in the meantime.
    const reply = await fetch(store + call, { headers }).catch(() => null);
    if (reply === null) response.destroy();
    else respond(response, reply.status, await reply.text());
  });

  function wait(waitingCall: WaitingCall): void {
    waiting.push(waitingCall);
    maxWaiting = Math.max(maxWaiting, waiting.length);
    const satisfied = watchers.filter(({ count }) => waiting.length >= count);
    watchers = watchers.filter((watcher) => !satisfied.includes(watcher));
    for (const { resolve } of satisfied) resolve();
  }

  function pass(): void {
    const held = waiting;
    waiting = [];
    for (const { release } of held) release();
  }

  const waitingCalls = () => waiting.map(({ call }) => call);

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo; other address types belong to pipes.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    calls,
    get maxWaiting() {
      return maxWaiting;
    },
    waiting: waitingCalls,
    async waitForCalls(count) {
      if (waiting.length < count) await new Promise<void>((resolve) => watchers.push({ count, resolve }));
      return waitingCalls();
    },
    release: pass,
    resume() {
      isPaused = false;
      pass();
    },
    async close() {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}
