import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { pino } from 'pino';
import type { AuditLog } from '../../src/access/audit-log.ts';
import type { Authenticator } from '../../src/access/authenticator.ts';
import { ANONYMOUS, type Caller } from '../../src/access/caller.ts';
import { createPseudonymizer } from '../../src/access/pseudonyms.ts';
import { type Config, parseConfig } from '../../src/config/index.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { type App, type AppOptions, createApp } from '../../src/server/app.ts';
import { jsonPost } from './post.ts';

/** A parsed GraphQL response. */
export interface GraphQLResponse<T> {
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
  execute<T, V>(operation: TypedDocumentNode<T, V>, variables?: V): Promise<GraphQLResponse<T>>;
  /** Executes a query string, for invalid or generated operations, which have no typed document. */
  // biome-ignore lint/suspicious/noExplicitAny: the type of the response depends on the query
  executeText(query: string, variables?: object, signal?: AbortSignal): Promise<GraphQLResponse<any>>;
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
  readonly storeHash?: string;
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
  readonly lateWriteMs?: number;
  readonly clock?: AppOptions['clock'];
  readonly maxCalls?: number;
  readonly maxValues?: number;
  readonly maxResponseBytes?: number;
  readonly sliceMs?: number;
  readonly shopperAttributes?: readonly string[];
  /** @default 1 hour, so no test reaches it by accident */
  readonly deadlineMs?: number;
  /** @default 0, so failures are visible to the test */
  readonly retryRatio?: number;
  readonly maxQueued?: number;
  readonly tracing?: AppOptions['tracing'];
  readonly guards?: Partial<AppOptions['guards']>;
  readonly graphiql?: boolean;
  readonly logLevel?: string;
  readonly authenticator?: Authenticator | null;
  readonly signIn?: AppOptions['signIn'];
  readonly withoutCredential?: AppOptions['withoutCredential'];
  readonly trustedProxies?: number;
  readonly auditLog?: AuditLog;
  readonly cache?: AppOptions['cache'];
  readonly replicas?: AppOptions['replicas'];
  readonly webhooks?: AppOptions['webhooks'];
}

export function createGateway({
  baseUrl,
  accessToken = 'sandbox',
  storeHash = 'sandbox',
  timeoutMs = 10_000,
  maxBodyBytes = 32_000_000,
  lateWriteMs = 1_000,
  clock,
  maxCalls = 500,
  maxValues = 250_000,
  maxResponseBytes = 20_000_000,
  sliceMs = 25,
  shopperAttributes = [],
  deadlineMs = 3_600_000,
  retryRatio = 0,
  maxQueued = 2_000,
  tracing,
  guards,
  graphiql = true,
  logLevel = 'debug',
  authenticator = null,
  signIn = null,
  withoutCredential = null,
  trustedProxies = 0,
  auditLog,
  cache = null,
  replicas = null,
  webhooks = null,
}: GatewayOptions): Gateway {
  const log: string[] = [];
  const logger = pino({ level: logLevel }, { write: (line: string) => log.push(line) });
  const app = createApp({
    store: { baseUrl, accessToken: () => accessToken, timeoutMs, maxBodyBytes, connections: 64 },
    storeHash,
    logger,
    authenticator,
    signIn,
    withoutCredential,
    graphiql,
    trustedProxies,
    ...(auditLog && { auditLog }),
    reportCost: false,
    maxCalls,
    maxValues,
    maxResponseBytes,
    sliceMs,
    writes: { maxItems: 1_000, lateWriteMs },
    shopperAttributes,
    governor: { maxQueued, retryRatio },
    deadlineMs,
    cache,
    // Replicas have the same key of hashes.
    ...(replicas && { replicas, pseudonym: createPseudonymizer('x'.repeat(32)) }),
    webhooks,
    guards: { ...configFrom().guards, ...guards },
    ...(clock && { clock }),
    ...(tracing && { tracing }),
  });

  function as(caller: Caller): GraphQLClient {
    async function executeText<T>(
      query: string,
      variables?: object,
      signal?: AbortSignal,
    ): Promise<GraphQLResponse<T>> {
      const accept = 'application/graphql-response+json';
      const request = { ...jsonPost({ query, variables }, { accept }), ...(signal && { signal }) };
      const response = await app.yoga.fetch('http://gateway/graphql', request, { caller });
      const { data, errors = [] } = (await response.json()) as {
        data: T;
        errors?: GraphQLResponse<T>['errors'];
      };
      return { status: response.status, data, errors };
    }

    return {
      execute: <T, V>(operation: TypedDocumentNode<T, V>, variables?: V) =>
        executeText<T>(print(operation as DocumentNode), variables as object),
      executeText,
    };
  }

  return {
    app,
    log,
    as,
    ...as(ANONYMOUS),
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
