import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { SandboxOptions } from '../../../../src/sandbox/index.ts';
import { listen } from '../../../../src/server/listen.ts';
import { startGatewayOnSandbox } from '../../../support/gateway.ts';

/** A gateway with a server in front that can fail. */
export interface Front {
  readonly url: string;
  /** The cursors of the pages of customers that were asked for. */
  readonly asked: (string | null)[];
  /** Pages from this number on, counted from 1, are held back, or their connection is cut. Null: all are answered. */
  fail: { readonly from: number; readonly how: 'hold' | 'cut' } | null;
  /** Resolves when a page that is not answered was asked for. */
  readonly failed: () => Promise<void>;
  /** Answers the pages that are held back, and all after them. */
  readonly release: () => void;
}

export async function startStore(options: SandboxOptions = {}) {
  const gateway = await startGatewayOnSandbox({ customers: 25, ...options });
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  onTestFinished(async () => {
    await listener.stop();
    await gateway.close();
  });
  return { ...gateway, url: `${listener.url}/graphql` };
}

export async function startFront(target: string): Promise<Front> {
  let waiting = Promise.withResolvers<void>();
  let held = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    if (body.includes('ExportCustomers')) {
      front.asked.push(JSON.parse(body).variables.after);
      if (front.fail !== null && front.asked.length >= front.fail.from) {
        const { how } = front.fail;
        if (how === 'cut') request.socket.destroy();
        waiting.resolve();
        if (how === 'cut') return;
        await held.promise;
      }
    }
    const answer = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    asked: [],
    fail: null,
    async failed() {
      await waiting.promise;
      waiting = Promise.withResolvers<void>();
    },
    release() {
      front.fail = null;
      held.resolve();
      held = Promise.withResolvers<void>();
    },
  };
  return front;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
