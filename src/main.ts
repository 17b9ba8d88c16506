#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import { openAudit } from './access/audit.ts';
import { openAccess } from './access/index.ts';
import { runKeysCommand } from './access/keys-command.ts';
import {
  type Config,
  documentedVariables,
  keysFileOf,
  parseConfig,
  type StoreConfig,
  type Variable,
} from './config.ts';
import { type Sandbox, startSandbox } from './sandbox/index.ts';
import { createApp } from './server/app.ts';
import { listen } from './server/listen.ts';
import type { Tracing } from './server/tracing.ts';
import { readTrustedDocuments } from './server/trusted-documents.ts';

const PARENT = process.ppid;

const NAMES_WIDTH = Math.max(...documentedVariables.map(({ name }) => name.length)) + 2;

const HELP = `Usage: npm start             the gateway, on a sandbox store unless a real one is configured
       npm run sandbox       the sandbox store alone
       npm run keys          the keys of callers: create, list, revoke

Environment, or a file .env (in brackets: what counts where a variable is not set):
${documentedVariables.map(helpLine).join('\n')}`;

function helpLine({ name, meaning, fallback }: Variable): string {
  return `  ${name.padEnd(NAMES_WIDTH)}${meaning}${fallback === null ? '' : ` (${fallback})`}`;
}

async function main(args: readonly string[]): Promise<void> {
  const [command, ...others] = args;
  if (command === '--help' || command === '-h') return console.log(HELP);
  // What the environment says itself goes before what the file says.
  if (existsSync('.env')) process.loadEnvFile('.env');
  if (command === 'keys') return runKeys(others);
  if (others.length > 0 || (command !== undefined && command !== 'sandbox'))
    return refuse([`unknown: ${args.join(' ')}`, '', HELP]);
  const parsed = parseConfig();
  if ('problems' in parsed)
    return refuse([...parsed.problems, '', 'npm start -- --help tells what they mean']);
  if (command === 'sandbox') return runSandbox(parsed.config);
  return runGateway(parsed.config);
}

function refuse(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

async function runKeys(args: readonly string[]): Promise<void> {
  const { output, remarks, failed } = await runKeysCommand(args, keysFileOf());
  for (const line of output) console.log(line);
  for (const line of remarks) console.error(line);
  if (failed) process.exitCode = 1;
}

async function runGateway(config: Config): Promise<void> {
  const logger = pino({ level: config.logLevel });
  const access = config.access === null ? null : await openAccess({ ...config.access, logger });
  const audit = config.audit === null ? null : await openAudit({ where: config.audit, logger });
  if ((access && 'problems' in access) || (audit && 'problems' in audit)) {
    return refuse([access, audit].flatMap((door) => (door && 'problems' in door ? door.problems : [])));
  }
  const { trustedDocuments } = config;
  const trusted = trustedDocuments && (await readTrustedDocuments(trustedDocuments.file));
  if (trusted !== null && 'problems' in trusted) return refuse(trusted.problems);
  const sandbox = config.store.kind === 'sandbox' ? await openSandbox(config.store) : null;
  const { store, upstream } = config;
  const [baseUrl, accessToken] =
    store.kind === 'sandbox' ? [sandbox?.url ?? '', store.token] : [store.apiUrl, store.accessToken];
  const app = createApp({
    ...(config.tracing && { tracing: await openTracing(config.tracing, logger) }),
    store: { baseUrl, accessToken, ...upstream },
    logger,
    authenticator: access?.authenticator ?? null,
    proxies: config.proxies,
    audit: audit?.audit ?? null,
    graphiql: config.graphiql,
    alwaysReport: !config.production,
    maxCalls: config.operationMaxCalls,
    writes: config.writes,
    front: {
      ...config.front,
      trusted: trusted && { documents: trusted.documents, only: trustedDocuments?.only === true },
    },
    shopperAttributes: config.shopperAttributes,
    governor: config.governor,
    deadlineMs: config.operationTimeoutMs,
  });
  const listener = await listen(app, {
    host: config.host,
    port: config.port,
    graceMs: config.shutdownGraceMs,
    hosts: config.hosts,
    maxConnections: config.maxConnections,
  });
  onStop(config, async () => {
    await listener.stop();
    await sandbox?.close();
  });
  // The sandbox that we bring takes whatever we send.
  if (sandbox === null) void app.learnLimits();
  console.log(sandbox ? sandboxScreen(listener.url, sandbox) : storeScreen(listener.url, baseUrl));
}

// OpenTelemetry's SDK is large, and nobody who does not trace is to load it.
async function openTracing(tracing: NonNullable<Config['tracing']>, logger: Logger): Promise<Tracing> {
  const { startTracing } = await import('./server/trace-export.ts');
  return startTracing({ ...tracing, logger });
}

async function runSandbox(config: Config): Promise<void> {
  const { store, host } = config;
  if (store.kind !== 'sandbox') {
    return refuse(['BIGCOMMERCE_STORE_HASH is set, which is a real store: unset it to run the sandbox']);
  }
  const sandbox = await openSandbox(store, host);
  onStop(config, sandbox.close);
  console.log(`The sandbox store answers at ${sandbox.url}\nfor the header X-Auth-Token: ${store.token}`);
}

function openSandbox(store: Extract<StoreConfig, { kind: 'sandbox' }>, host = '127.0.0.1'): Promise<Sandbox> {
  const { kind: _, file, webhookUrl, ...options } = store;
  return startSandbox({
    ...options,
    host,
    ...(file !== null && { file }),
    ...(webhookUrl !== null && { webhooks: { hooks: [{ scope: 'store/*', destination: webhookUrl }] } }),
    progress: tellProgress,
  });
}

// A small store is there before anyone could read of it.
function tellProgress(done: number, customers: number): void {
  if (customers < WORTH_TELLING) return;
  const what =
    done < customers ? `${done} of ${customers} customers` : `${customers} customers; building indices`;
  console.error(`sandbox: ${what}`);
}

const WORTH_TELLING = 50_000;

function sandboxScreen(url: string, sandbox: Sandbox): string {
  return `GraphQL for BigCommerce customers, on a sandbox store: invented customers, nothing leaves this machine.

  Ask it           ${url}/graphql   (GraphiQL in a browser)
  The store's API  ${sandbox.url}

For a real store set BIGCOMMERCE_STORE_HASH, BIGCOMMERCE_ACCESS_TOKEN and GATEWAY_KEYS_FILE (npm start -- --help).
`;
}

function storeScreen(url: string, baseUrl: string): string {
  return `GraphQL for BigCommerce customers, on the store at ${baseUrl}

  Ask it           ${url}/graphql
`;
}

function onStop({ startedByNpm }: Config, stop: () => Promise<void>): void {
  let isStopping = false;
  function begin(): void {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => refuse([`could not stop cleanly: ${String(error)}`]),
    );
  }

  // A second signal finds no listener and ends the process at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, begin);
  if (!startedByNpm) return;
  // Whoever stops npm stops its shell; what tells of that is that this process has another parent.
  setInterval(() => process.ppid !== PARENT && begin(), 250).unref();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  refuse([startFailure(error)]);
  // The sandbox may be up already, and would keep the process alive.
  process.exit();
});

function startFailure(error: unknown): string {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken: set PORT or SANDBOX_PORT to another one`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'HOST is not an address of this machine';
  if (code === 'ERR_SQLITE_ERROR') return 'SANDBOX_FILE cannot be opened as a database';
  return `could not start: ${error instanceof Error ? error.message : String(error)}`;
}
