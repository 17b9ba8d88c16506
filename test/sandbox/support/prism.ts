import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../support/free-port.ts';
import type { Json } from './store-client.ts';

export interface Violation {
  /** For example `response.body.data.0.channel_ids`. */
  readonly path: string;
  readonly message: string;
}

/** A proxy that validates requests and responses against an OpenAPI description. */
export interface Prism {
  readonly url: string;
  close(): Promise<void>;
}

export interface PrismOptions {
  /** The path of Prism's executable, a Node program. */
  readonly program: string;
  /** The path of the OpenAPI description. */
  readonly description: string;
  /** The base URL of the store. */
  readonly upstream: string;
  readonly validateRequest: boolean;
}

/** Starts Prism between a client and a store. Prism replaces a response that violates the description with an error. */
export async function openPrism(options: PrismOptions): Promise<Prism> {
  const { program, description, upstream, validateRequest } = options;
  const port = await freePort();
  const flags = ['--errors', '--port', String(port), ...(validateRequest ? [] : ['--no-validate-request'])];
  const child = spawn(process.execPath, [program, 'proxy', description, upstream, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // An interrupted test must not leave its proxy running.
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

/** The violations that Prism reports in its error body. Empty if the body is the store's own response. */
export function violationsIn(body: Json): Violation[] {
  if (!String(body?.type).startsWith('https://stoplight.io/prism/errors')) return [];
  const found: { readonly location?: string[]; readonly message: string }[] = body.validation ?? [];
  if (found.length === 0) return [{ path: 'exchange', message: `${body.title}: ${body.detail}` }];
  return found.map(({ location = [], message }) => ({ path: location.join('.'), message }));
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    // Both pipes are drained until the end: a full pipe would block the proxy.
    const collect = (chunk: unknown) => {
      output += String(chunk);
      if (output.includes('Prism is listening')) resolve();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('exit', () => reject(new Error(`Prism exited: ${output}`)));
  });
}
