import { type Logger, pino } from 'pino';
import { openAuditLog } from '../access/audit-log.ts';
import { openAuthenticator } from '../access/index.ts';
import { createPseudonymizer } from '../access/pseudonyms.ts';
import { describeConfig } from '../config/describe.ts';
import type { AccessConfig, Config } from '../config/index.ts';
import { connectReplicas } from '../redis/replicas.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { createApp } from '../server/app.ts';
import { warmUpParser } from '../server/documents/warm-up.ts';
import { listen } from '../server/listen.ts';
import type { Tracing } from '../server/observability/tracing.ts';
import { fail } from './fail.ts';
import { type GatewayFiles, openFiles } from './files.ts';
import { openSandbox } from './sandbox.ts';
import { onStop } from './signals.ts';

/** Runs the gateway, with its own sandbox store unless a real store is configured. */
export async function runGateway(config: Config): Promise<void> {
  const logger = pino({ level: config.logLevel });
  const files = await openFiles(config, logger);
  if ('problems' in files) return fail(files.problems);
  const access = config.access === null ? null : await openAccess(config.access, files, logger);
  const audit =
    config.auditLog === null ? null : await openAuditLog({ destination: config.auditLog, logger });
  if ((access && 'problems' in access) || (audit && 'problems' in audit)) {
    return fail([access, audit].flatMap((opened) => (opened && 'problems' in opened ? opened.problems : [])));
  }
  const sandbox = config.store.kind === 'sandbox' ? await openSandbox(config.store) : null;
  const { store, upstream } = config;
  const baseUrl = store.kind === 'sandbox' ? (sandbox?.url ?? '') : store.apiUrl;
  const accessToken = files.accessToken ?? (() => (store.kind === 'sandbox' ? store.token : ''));
  const storeHash = store.kind === 'sandbox' ? 'sandbox' : store.hash;
  const replicas =
    config.replicas === null || config.hashKey === null
      ? null
      : connectReplicas({ ...config.replicas, hashKey: config.hashKey, storeHash, logger });
  const app = createApp({
    ...(config.tracing && { tracing: await openTracing(config.tracing, logger) }),
    store: { baseUrl, accessToken, ...upstream },
    storeHash,
    replicas,
    logger,
    pseudonym: createPseudonymizer(config.hashKey ?? undefined),
    authenticator: access?.authenticator ?? null,
    providerKeys: access?.providerKeys ?? null,
    trustedProxies: config.trustedProxies,
    auditLog: audit?.auditLog ?? null,
    graphiql: config.graphiql,
    reportCost: !config.production,
    maxCalls: config.operationMaxCalls,
    maxValues: config.operationMaxValues,
    maxResponseBytes: config.responseMaxBytes,
    writes: { maxItems: config.writes.maxItems, lateWriteMs: config.writes.lateWriteMs },
    guards: { ...config.guards, trusted: files.trusted },
    shopperAttributes: config.shopperAttributes,
    shopperShare: config.shopperShare,
    governor: { maxQueued: config.governor.maxQueued, retryRatio: config.governor.retryRatio },
    deadlineMs: config.operationTimeoutMs,
  });
  warmUpParser();
  const listener = await listen(app, {
    host: config.host,
    port: config.port,
    shutdownDelayMs: config.shutdownDelayMs,
    graceMs: config.shutdownGraceMs,
    keepAliveMs: config.keepAliveMs,
    allowedHosts: config.allowedHosts,
    maxConnections: config.maxConnections,
  });
  onStop(config, async (reason) => {
    const stoppingAt = performance.now();
    logger.info({ reason, delayMs: config.shutdownDelayMs, graceMs: config.shutdownGraceMs }, 'stopping');
    await listener.stop();
    await sandbox?.close();
    logger.info({ durationMs: Math.round(performance.now() - stoppingAt) }, 'stopped');
  });
  logger.info({ node: process.version, config: describeConfig(config) }, 'started');
  // The token of our own sandbox store has every scope.
  if (sandbox === null) void app.checkTokenScopes();
  if (process.stdout.isTTY) {
    console.log(sandbox ? sandboxBanner(listener.url, sandbox) : storeBanner(listener.url, baseUrl));
  } else {
    // At every log level: a parent process reads the address from it.
    pino().info({ url: `${listener.url}/graphql`, store: new URL(baseUrl).origin }, 'listening');
  }
}

function openAccess(access: AccessConfig, { clientSecrets }: GatewayFiles, logger: Logger) {
  const shoppers = access.shoppers && clientSecrets && { ...access.shoppers, clientSecrets };
  return openAuthenticator({ ...access, shoppers, logger });
}

// Imported dynamically: the OpenTelemetry SDK is large, and most processes do not trace.
async function openTracing(tracing: NonNullable<Config['tracing']>, logger: Logger): Promise<Tracing> {
  const { startTracing } = await import('../server/observability/trace-export.ts');
  return startTracing({ ...tracing, logger });
}

function sandboxBanner(url: string, sandbox: Sandbox): string {
  return `GraphQL for BigCommerce customers, with a sandbox store: generated customers, nothing leaves this machine.

  GraphQL API      ${url}/graphql   (GraphiQL in a browser)
  Store's REST API ${sandbox.url}

For a real store set BIGCOMMERCE_STORE_HASH, BIGCOMMERCE_ACCESS_TOKEN and GATEWAY_KEYS_FILE (npm start -- --help).
`;
}

function storeBanner(url: string, baseUrl: string): string {
  return `GraphQL for BigCommerce customers, with the store at ${baseUrl}

  GraphQL API      ${url}/graphql
`;
}
