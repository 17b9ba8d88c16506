import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createControlApi } from './control.ts';
import { createCredentialThrottle } from './credential-throttle.ts';
import { createFaults, type Faults } from './faults.ts';
import { createLateWrites } from './late-writes.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { type ConcurrencyStats, createConcurrencyLimiter } from './limits.ts';
import { resolveOptions, type SandboxOptions } from './options.ts';
import { createQuota } from './quota.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { subscribe } from './resources/hooks.ts';
import { operationIds } from './routes.ts';
import { isSeeded, seedStore } from './seed/index.ts';
import { createApiServer } from './server.ts';
import { openStore } from './store.ts';
import { createAccounts, findClientSecret, fullAccessClientId } from './tokens.ts';
import { createWebhookSender, type Webhooks } from './webhooks.ts';

// The types in the public API of the sandbox.
export type { FaultRule, Faults } from './faults.ts';
export type { Change, EntityKind, Ledger, LedgerEntry } from './ledger.ts';
export type { ConcurrencyStats as Concurrency, Limits } from './limits.ts';
export type { SandboxOptions, WebhookSettings, WebhookSubscription as HookSubscription } from './options.ts';
export type { RequestEntry, RequestLog } from './request-log.ts';
export type { Switches } from './switches.ts';
export type { Account, Scope } from './tokens.ts';
export type { WebhookDelivery, Webhooks } from './webhooks.ts';

/** A running store. */
export interface Sandbox {
  /** The base URL of the REST API, including `/v3`. */
  readonly url: string;
  readonly token: string;
  readonly requests: RequestLog;
  /** The committed changes, whatever the responses said. */
  readonly ledger: Ledger;
  /** The peak number of in-flight calls by operation. */
  readonly concurrency: ConcurrencyStats;
  /** Fault injection. */
  readonly faults: Faults;
  /** The webhook deliveries. */
  readonly webhooks: Webhooks;
  /** Consumes requests of the quota, as another app of the store would. */
  consumeQuota(requests: number): void;
  /** Resets records, log, ledger, quota and faults to their initial state. */
  reset(): void;
  /** Resolves when no late write is pending. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a store with the platform's REST API. Rejects if the options are invalid or the port is in use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = resolveOptions(options);
  const { storeHash, token, data, limits, switches, now, sleep } = settings;
  const store = openStore(settings.file);
  const accounts = createAccounts(token, settings.tokens);
  const log = createRequestLog();
  const ledger = createLedger();
  const concurrencyLimiter = createConcurrencyLimiter(limits.concurrency);
  const credentialThrottle = createCredentialThrottle(
    limits.credentialChecks,
    limits.credentialWindowMs,
    now,
  );
  const quota = createQuota({ ...settings, window: switches.window });
  const faults = createFaults(data.seed, operationIds);
  const lateWrites = createLateWrites(sleep);
  const webhooks = createWebhookSender({
    ...settings,
    store,
    clientSecret: (id) => findClientSecret(accounts, id),
  });

  const subscribeAll = () => subscribe(store, fullAccessClientId, Math.floor(now() / 1000), settings.hooks);

  const controls = {
    requests: { list: log.list, counts: log.counts, clear: log.clear },
    ledger: { list: ledger.list, clear: ledger.clear },
    concurrency: { peak: concurrencyLimiter.peak, clear: concurrencyLimiter.clear },
    faults: { set: faults.set, list: faults.list, hits: faults.hits, clear: faults.clear },
    consumeQuota: (requests: number) => void quota.consume(requests),
    reset() {
      lateWrites.cancelAll();
      for (const part of [faults, log, ledger, concurrencyLimiter, quota, credentialThrottle, webhooks])
        part.clear();
      seedStore(store, data);
      subscribeAll();
    },
  };

  const server = createApiServer({
    ...settings,
    store,
    accounts,
    quota,
    log,
    ledger,
    concurrencyLimiter,
    credentialThrottle,
    faults,
    lateWrites,
    publish: webhooks.publish,
    control: settings.control ? createControlApi(controls) : null,
  });

  try {
    if (!isSeeded(store)) seedStore(store, data);
    subscribeAll();
    await listen(server, settings);
  } catch (reason) {
    store.close();
    throw reason;
  }
  return Object.freeze({
    url: `${originOf(server, settings.host)}/stores/${storeHash}/v3`,
    token,
    ...controls,
    webhooks: { deliveries: webhooks.deliveries, settled: webhooks.settled },
    settled: lateWrites.settled,
    async close() {
      lateWrites.cancelAll();
      webhooks.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      store.close();
    },
  });
}

function originOf(server: Server, host: string): string {
  // The address is an AddressInfo if the server listens on a port. Other forms belong to pipes.
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
