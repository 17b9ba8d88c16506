import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer that the gate gives in the store's place. */
export interface Substitute {
  readonly status: number;
  readonly body: unknown;
}

/** Says what is answered in the store's place, or null where the store is to answer. The call reads `/customers?limit=1`. */
export type Instead = (call: string) => Substitute | null;

export interface GateOptions {
  /** The store behind the gate: base of its API, up to and including `/v3`. */
  readonly store: string;
  /** Whether calls wait until they are let through. @default false */
  readonly closed?: boolean;
  readonly instead?: Instead;
}

/** Stands before a store and lets calls through only when it is told to, so that a test sees which ones go side by side. */
export interface Gate {
  /** Base of the API, as a gateway is told it. */
  readonly url: string;
  /** Every call that arrived, in order. */
  readonly calls: readonly string[];
  /** Calls that were waiting at once, at the most. */
  readonly mostWaiting: number;
  /** Those that wait now, in order of arrival. */
  waiting(): readonly string[];
  /** Resolves with the waiting calls as soon as there are so many. */
  arrived(calls: number): Promise<readonly string[]>;
  /** Lets all those through who wait now, and nobody who comes later. */
  pass(): void;
  /** From now on nobody waits. */
  open(): void;
  close(): Promise<void>;
}

interface Caller {
  readonly call: string;
  readonly enter: () => void;
}

export async function startGate({ store, closed = false, instead = () => null }: GateOptions): Promise<Gate> {
  const target = new URL(store);
  const calls: string[] = [];
  let waiting: Caller[] = [];
  let watchers: { readonly count: number; readonly tell: () => void }[] = [];
  let isClosed = closed;
  let mostWaiting = 0;

  const server = createServer(async (request, response) => {
    const call = (request.url ?? '').slice(target.pathname.length);
    calls.push(call);
    if (isClosed) await new Promise<void>((enter) => wait({ call, enter }));
    // Whoever has left meanwhile gets no answer.
    if (response.destroyed) return;
    const substitute = instead(call);
    if (substitute !== null) return answer(response, substitute.status, JSON.stringify(substitute.body));
    const { 'x-auth-token': token = '', accept = '' } = request.headers;
    const headers = { 'x-auth-token': String(token), accept };
    // A store that is closed meanwhile answers nobody.
    const reply = await fetch(store + call, { headers }).catch(() => null);
    if (reply === null) response.destroy();
    else answer(response, reply.status, await reply.text());
  });

  function wait(caller: Caller): void {
    waiting.push(caller);
    mostWaiting = Math.max(mostWaiting, waiting.length);
    const satisfied = watchers.filter(({ count }) => waiting.length >= count);
    watchers = watchers.filter((watcher) => !satisfied.includes(watcher));
    for (const { tell } of satisfied) tell();
  }

  function pass(): void {
    const callers = waiting;
    waiting = [];
    for (const { enter } of callers) enter();
  }

  const waitingCalls = () => waiting.map(({ call }) => call);

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this form; the other forms belong to pipes.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    calls,
    get mostWaiting() {
      return mostWaiting;
    },
    waiting: waitingCalls,
    async arrived(count) {
      if (waiting.length < count)
        await new Promise<void>((resolve) => watchers.push({ count, tell: resolve }));
      return waitingCalls();
    },
    pass,
    open() {
      isClosed = false;
      pass();
    },
    async close() {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}
