import { expect } from 'vitest';
import { type Listener, listen } from '../../src/server/listen.ts';
import { configFrom, startGatewayOnSandbox } from './gateway.ts';
import { jsonPost } from './post.ts';

/** The gateway with its production configuration, listening on its own port. */
export interface ProductionGateway {
  readonly url: string;
  readonly log: readonly string[];
  /** The calls to the store since the last call of this function. */
  calls(): readonly string[];
  /** Sends a POST request with a JSON body. */
  send(body: unknown, headers?: Readonly<Record<string, string>>): Promise<GatewayResponse>;
  /** Sends any request. */
  request(path: string, init?: RequestInit): Promise<GatewayResponse>;
  close(): Promise<void>;
}

export interface GatewayResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly errors: readonly {
    readonly message: string;
    readonly extensions: { readonly [name: string]: unknown };
  }[];
  readonly data: unknown;
  /** The calls to the store that the request caused. */
  readonly calls: readonly string[];
}

const PRODUCTION = {
  BIGCOMMERCE_STORE_HASH: 'abc123',
  BIGCOMMERCE_ACCESS_TOKEN: 'token',
  GATEWAY_AUTH: 'none',
};

export async function startProductionGateway(
  environment: Readonly<Record<string, string>> = PRODUCTION,
): Promise<ProductionGateway> {
  const { guards, allowedHosts, graphiql } = configFrom(environment);
  const gateway = await startGatewayOnSandbox({ customers: 20 }, { guards, graphiql });
  const listener: Listener = await listen(gateway.app, {
    host: '127.0.0.1',
    port: 0,
    graceMs: 0,
    allowedHosts,
  });

  async function request(path: string, init: RequestInit = {}): Promise<GatewayResponse> {
    gateway.calls();
    const response = await fetch(`${listener.url}${path}`, { redirect: 'manual', ...init });
    const text = await response.text();
    const { errors = [], data = null } = parseJsonOrEmpty(text);
    return { status: response.status, headers: response.headers, text, errors, data, calls: gateway.calls() };
  }

  return {
    url: listener.url,
    log: gateway.log,
    calls: gateway.calls,
    request,
    send: (body, headers = {}) =>
      request('/graphql', {
        ...jsonPost(body, { accept: 'application/graphql-response+json', ...headers }),
        ...(typeof body === 'string' && { body }),
      }),
    async close() {
      await listener.stop();
      await gateway.close();
    },
  };
}

function parseJsonOrEmpty(text: string): { errors?: GatewayResponse['errors']; data?: unknown } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Asserts a 4xx response without data, without calls to the store and without internals. */
export function expectRejected({ status, text, data, calls }: GatewayResponse): void {
  expect({ refused: status >= 400 && status < 500, data, calls }, text).toEqual({
    refused: true,
    data: null,
    calls: [],
  });
  expectNoInternals(text);
}

/** Asserts that a response contains no stack trace, file path or module name. */
export function expectNoInternals(text: string): void {
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.[jt]s\b|node:internal|originalError|stack/);
}
