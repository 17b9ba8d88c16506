import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { pino } from 'pino';
import type { Audit } from '../../src/access/audit.ts';
import type { Authenticator } from '../../src/access/authenticator.ts';
import { ANYONE, type Caller } from '../../src/access/caller.ts';
import { type Config, parseConfig } from '../../src/config/index.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { type App, type AppOptions, createApp } from '../../src/server/app.ts';
import { jsonPost } from './post.ts';

/** A parsed GraphQL response. */
export interface Answer<T> {
  readonly status: number;
  readonly data: T;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly [detail: string]: unknown };
  }[];
}

/** Executes operations as one caller. */
export interface GraphQLClient {
  ask<T, V>(operation: TypedDocumentNode<T, V>, variables?: V): Promise<Answer<T>>;
  /** Executes a query string, for invalid or generated operations, which have no typed document. */
  // biome-ignore lint/suspicious/noExplicitAny: the type of the response depends on the query
  askText(query: string, variables?: object, signal?: AbortSignal): Promise<Answer<any>>;
}

/** The gateway without a port: requests are passed to it in process. Its own operations are anonymous. */
export interface Gateway extends GraphQLClient {
  readonly app: App;
  /** The log lines, as JSON strings. */
  readonly log: readonly string[];
  /** The same gateway, with requests authenticated as this caller. */
  as(caller: Caller): GraphQLClient;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly baseUrl: string;
  readonly accessToken?: string;
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
  readonly settleMs?: number;
  readonly clock?: AppOptions['clock'];
  readonly maxCalls?: number;
  readonly shopperAttributes?: readonly string[];
  /** @default 1 hour, so no test reaches it by accident */
  readonly deadlineMs?: number;
  /** @default 0, so failures are visible to the test */
  readonly retryShare?: number;
  readonly maxWaiting?: number;
  readonly tracing?: AppOptions['tracing'];
  readonly front?: Partial<AppOptions['front']>;
  readonly graphiql?: boolean;
  readonly logLevel?: string;
  readonly authenticator?: Authenticator | null;
  readonly proxies?: number;
  readonly audit?: Audit;
}

export function createGateway({
  baseUrl,
  accessToken = 'sandbox',
  timeoutMs = 10_000,
  maxBodyBytes = 32_000_000,
  settleMs = 1_000,
  clock,
  maxCalls = 500,
  shopperAttributes = [],
  deadlineMs = 3_600_000,
  retryShare = 0,
  maxWaiting = 2_000,
  tracing,
  front,
  graphiql = true,
  logLevel = 'debug',
  authenticator = null,
  proxies = 0,
  audit,
}: GatewayOptions): Gateway {
  const log: string[] = [];
  const logger = pino({ level: logLevel }, { write: (line: string) => log.push(line) });
  const app = createApp({
    store: { baseUrl, accessToken, timeoutMs, maxBodyBytes, connections: 64 },
    logger,
    authenticator,
    graphiql,
    proxies,
    ...(audit && { audit }),
    alwaysReport: false,
    maxCalls,
    writes: { maxItems: 1_000, settleMs },
    shopperAttributes,
    governor: { maxWaiting, retryShare },
    deadlineMs,
    front: { ...configFrom().front, ...front },
    ...(clock && { clock }),
    ...(tracing && { tracing }),
  });

  function as(caller: Caller): GraphQLClient {
    async function askText<T>(query: string, variables?: object, signal?: AbortSignal): Promise<Answer<T>> {
      const accept = 'application/graphql-response+json';
      const request = { ...jsonPost({ query, variables }, { accept }), ...(signal && { signal }) };
      const response = await app.yoga.fetch('http://gateway/graphql', request, { caller });
      const { data, errors = [] } = (await response.json()) as { data: T; errors?: Answer<T>['errors'] };
      return { status: response.status, data, errors };
    }

    return {
      ask: <T, V>(operation: TypedDocumentNode<T, V>, variables?: V) =>
        askText<T>(print(operation as DocumentNode), variables as object),
      askText,
    };
  }

  return {
    app,
    log,
    as,
    ...as(ANYONE),
    close: () => app.close(),
  };
}

/** A gateway with its own sandbox store, without a quota. */
export async function startGatewayOnSandbox(
  options: SandboxOptions = {},
  gatewayOptions: Omit<GatewayOptions, 'baseUrl'> = {},
): Promise<Gateway & { readonly sandbox: Sandbox; readonly calls: () => readonly string[] }> {
  const sandbox = await startSandbox({ quota: 0, ...options });
  const gateway = createGateway({
    baseUrl: sandbox.url,
    accessToken: sandbox.token,
    ...gatewayOptions,
  });
  return {
    ...gateway,
    sandbox,
    /** The calls to the store since the last call of this function: `GET /customers?limit=1`. */
    calls() {
      const calls = sandbox.requests
        .list()
        .map(({ method, path, query }) => `${method} ${path}${query && `?${query}`}`);
      sandbox.requests.clear();
      return calls;
    },
    async close() {
      await gateway.close();
      await sandbox.close();
    },
  };
}

/** The configuration of an environment. Throws if it is invalid. */
export function configFrom(environment: Readonly<Record<string, string>> = {}): Config {
  const parsed = parseConfig(environment);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}
