import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Json } from './store-client.ts';

export interface Violation {
  /** Such as `response.body.data.0.channel_ids`. */
  readonly place: string;
  readonly message: string;
}

/** A proxy that holds what passes through it against a description. */
export interface Prism {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts Prism between a client and a store; it replaces every answer that breaks the description by an error. */
export async function openPrism(
  description: string,
  upstream: string,
  { validateRequest }: { readonly validateRequest: boolean },
): Promise<Prism> {
  const port = await freePort();
  const program = fileURLToPath(import.meta.resolve('@stoplight/prism-cli/dist/index.js'));
  const options = ['--errors', '--port', String(port), ...(validateRequest ? [] : ['--no-validate-request'])];
  const child = spawn(process.execPath, [program, 'proxy', description, upstream, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that is stopped half-way must not leave its proxy behind.
  const end = () => child.kill();
  process.once('exit', end);
  await listening(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      process.off('exit', end);
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** What Prism found wrong with an exchange; nothing when it passed the answer on. */
export function violationsIn(body: Json): Violation[] {
  if (!String(body?.type).startsWith('https://stoplight.io/prism/errors')) return [];
  const found: { readonly location?: string[]; readonly message: string }[] = body.validation ?? [];
  if (found.length === 0) return [{ place: 'exchange', message: `${body.title}: ${body.detail}` }];
  return found.map(({ location = [], message }) => ({ place: location.join('.'), message }));
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    // The pipes are read to the end: a full one would stop the proxy.
    const listen = (chunk: unknown) => {
      said += String(chunk);
      if (said.includes('Prism is listening')) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`Prism ended: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
