import { afterEach } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.ts';

/** A complete response of the store. */
export interface StoreResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; null if it is not JSON. */
  readonly json: Json;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads any response, and fails if it has another shape.
export type Json = any;

export interface StoreClient {
  readonly sandbox: Sandbox;
  get(path: string, headers?: Record<string, string>): Promise<StoreResponse>;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<StoreResponse>;
}

let running: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(running.map((sandbox) => sandbox.close()));
  running = [];
});

/** Starts a sandbox for one test, without a quota by default. It is closed after the test. */
export async function startTestSandbox(options: SandboxOptions = {}): Promise<StoreClient> {
  const sandbox = await startSandbox({ quota: 0, ...options });
  running.push(sandbox);
  return createStoreClient(sandbox);
}

export function createStoreClient(sandbox: Sandbox): StoreClient {
  const send: StoreClient['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(sandbox.url + path, {
      method,
      headers: {
        'X-Auth-Token': sandbox.token,
        Accept: 'application/json',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    };
  };
  return { sandbox, send, get: (path, headers) => send('GET', path, undefined, headers) };
}

export function idsOf(reply: StoreResponse): number[] {
  return reply.json.data.map((item: { id: number }) => item.id);
}
