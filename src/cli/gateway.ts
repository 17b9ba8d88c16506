import { type Logger, pino } from 'pino';
import { openAuditLog } from '../access/audit-log.ts';
import { ANONYMOUS, PUBLIC } from '../access/caller.ts';
import { openAuthenticator } from '../access/index.ts';
import { createPseudonymizer } from '../access/pseudonyms.ts';
import { createMemoryStore, openFileStore } from '../access/shoppers/expiring-store.ts';
import type { SignInOptions } from '../access/shoppers/index.ts';
import { generateTokenKeys, parseTokenKeys } from '../access/shoppers/token-keys.ts';
import { createSignInThrottle } from '../access/throttle/sign-in-throttle.ts';
import { describeConfig } from '../config/describe.ts';
import type { Config } from '../config/index.ts';
import { connectReplicas, type Replicas } from '../redis/replicas.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { createApp } from '../server/app.ts';
import { warmUpParser } from '../server/documents/warm-up.ts';
import { listen } from '../server/listen.ts';
import type { Tracing } from '../server/observability/tracing.ts';
import { commandLine } from './command-line.ts';
import { fail } from './fail.ts';
import { type GatewayFiles, openFiles } from './files.ts';
import type { JsonOptions } from './json-option.ts';
import { openingPort } from './opening-port.ts';
import { openSandbox } from './sandbox.ts';
import { onStop } from './signals.ts';
import { openWebhooks } from './webhook-settings.ts';

/**
 * Runs the gateway, with its own sandbox store unless a real store is configured. It prints its address as JSON if that is asked for,
 * and always unless standard output is a terminal.
 */
export async function runGateway(config: Config, { json }: JsonOptions): Promise<void> {
  const logger = pino({ level: config.logLevel });
  const files = await openFiles(config, logger);
  if ('problems' in files) return fail(files.problems);
  const storeHash = storeHashOf(config);
  const replicas =
    config.replicas === null || config.hashKey === null
      ? null
      : connectReplicas({ ...config.replicas, hashKey: config.hashKey, storeHash, logger });
  const access = await openAccess(config, files, replicas, logger);
  const audit =
    config.auditLog === null ? null : await openAuditLog({ destination: config.auditLog, logger });
  if ('problems' in access || (audit && 'problems' in audit)) {
    return fail([access, audit].flatMap((opened) => (opened && 'problems' in opened ? opened.problems : [])));
  }
  const sandbox = config.store.kind === 'sandbox' ? await openSandbox(config.store) : null;
  const { store, upstream } = config;
  const baseUrl = store.kind === 'sandbox' ? (sandbox?.url ?? '') : store.apiUrl;
  const accessToken = files.accessToken ?? (() => (store.kind === 'sandbox' ? store.token : ''));
  const webhooks = openWebhooks(config, files);
  const app = createApp({
    ...(config.tracing && { tracing: await openTracing(config.tracing, logger) }),
    store: { baseUrl, accessToken, ...upstream },
    storeHash,
    replicas,
    logger,
    pseudonym: createPseudonymizer(config.hashKey ?? undefined),
    authenticator: access.authenticator,
    withoutCredential: config.access === null ? ANONYMOUS : config.signIn?.isPublic ? PUBLIC : null,
    providerKeys: access.providerKeys,
    signIn: access.signIn,
    trustedProxies: config.trustedProxies,
    auditLog: audit?.auditLog ?? null,
    cache: config.cache,
    webhooks: webhooks.settings,
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
  const listener = await openingPort({ host: 'HOST', port: 'PORT' }, () =>
    listen(app, {
      host: config.host,
      port: config.port,
      shutdownDelayMs: config.shutdownDelayMs,
      graceMs: config.shutdownGraceMs,
      keepAliveMs: config.keepAliveMs,
      allowedHosts: config.allowedHosts,
      maxConnections: config.maxConnections,
    }),
  );
  if (sandbox !== null && config.webhooks === null && config.cache !== null)
    await webhooks.registerAt({ baseUrl, accessToken, ...upstream }, listener.url);
  app.storeCache?.start();
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
  if (process.stdout.isTTY && !json) {
    console.log(sandbox ? sandboxBanner(listener.url, sandbox) : storeBanner(listener.url, baseUrl));
  } else {
    // At every log level: a parent process reads the address from it.
    pino().info({ url: `${listener.url}/graphql`, store: new URL(baseUrl).origin }, 'listening');
  }
}

async function openAccess(config: Config, files: GatewayFiles, replicas: Replicas | null, logger: Logger) {
  const { access, hashKey, shopperCallsPerMinute: callsPerMinute } = config;
  const signIn = config.signIn === null ? null : await openSignIn(config.signIn, files, replicas);
  if (signIn !== null && 'problems' in signIn) return signIn;
  const { clientSecrets } = files;
  const platform = access?.platform && clientSecrets && { ...access.platform, clientSecrets };
  return openAuthenticator({
    keys: access?.keys ?? null,
    oidc: access?.oidc ?? null,
    shoppers: { storeHash: storeHashOf(config), platform: platform ?? null, signIn, callsPerMinute },
    hashKey,
    isOptional: access === null,
    logger,
  });
}

async function openSignIn(
  { revocationsFile }: NonNullable<Config['signIn']>,
  { tokenKeys }: GatewayFiles,
  replicas: Replicas | null,
): Promise<SignInOptions | { readonly problems: readonly string[] }> {
  const keys = tokenKeys ?? (await keysOfThisRun());
  const opened =
    revocationsFile === null
      ? { store: createMemoryStore(Date.now) }
      : await openFileStore('SHOPPER_REVOCATIONS_FILE', revocationsFile, Date.now);
  if ('problems' in opened) return opened;
  if (replicas === null) return { keys, revoked: opened.store };
  const { counters } = replicas;
  return {
    keys,
    revoked: counters.shareExpiring(opened.store),
    throttle: counters.shareSignIns(createSignInThrottle()),
  };
}

async function keysOfThisRun(): Promise<NonNullable<GatewayFiles['tokenKeys']>> {
  const parsed = await parseTokenKeys('SHOPPER_TOKEN_KEYS', await generateTokenKeys());
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  return () => parsed.value;
}

/** The sandbox store has the store hash `sandbox`. */
function storeHashOf({ store }: Config): string {
  return store.kind === 'sandbox' ? 'sandbox' : store.hash;
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

For a real store set BIGCOMMERCE_STORE_HASH, BIGCOMMERCE_ACCESS_TOKEN and GATEWAY_KEYS_FILE (${commandLine('start --help')}).
`;
}

function storeBanner(url: string, baseUrl: string): string {
  return `GraphQL for BigCommerce customers, with the store at ${baseUrl}

  GraphQL API      ${url}/graphql
`;
}
