import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createControlDoor } from './control.ts';
import { createCredentialGuard } from './credential-guard.ts';
import { createFaults, type Faults } from './faults.ts';
import { createLateWrites } from './late-writes.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { type Concurrency, createConcurrencyGate } from './limits.ts';
import { type SandboxOptions, settle } from './options.ts';
import { createQuota } from './quota.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { subscribe } from './resources/hooks.ts';
import { operationIds } from './routes.ts';
import { isSeeded, seedStore } from './seed/index.ts';
import { createApiServer } from './server.ts';
import { openStore } from './store.ts';
import { accountsOf, fullClientId, secretOf } from './tokens.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

// The types in the public API of the sandbox.
export type { FaultRule, Faults } from './faults.ts';
export type { Change, EntityKind, Ledger, LedgerEntry } from './ledger.ts';
export type { Concurrency, Limits } from './limits.ts';
export type { HookSubscription, SandboxOptions, WebhookSettings } from './options.ts';
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
  readonly concurrency: Concurrency;
  /** Fault injection. */
  readonly faults: Faults;
  /** The webhook deliveries. */
  readonly webhooks: Webhooks;
  /** Consumes requests of the quota, as another app of the store would. */
  takeQuota(requests: number): void;
  /** Resets records, log, ledger, quota and faults to their initial state. */
  reset(): void;
  /** Resolves when no late write is pending. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a store with the platform's REST API. Rejects if the options are invalid or the port is in use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settle(options);
  const { storeHash, token, data, limits, switches, now, sleep } = settings;
  const store = openStore(settings.file);
  const accounts = accountsOf(token, settings.tokens);
  const log = createRequestLog();
  const ledger = createLedger();
  const concurrency = createConcurrencyGate(limits.concurrency);
  const credentialGuard = createCredentialGuard(limits.credentialChecks, limits.credentialWindowMs, now);
  const quota = createQuota({ ...settings, window: switches.window });
  const faults = createFaults(data.seed, operationIds);
  const lateWrites = createLateWrites(sleep);
  const webhooks = createWebhooks({ ...settings, store, secretOf: (id) => secretOf(accounts, id) });

  const subscribeAll = () => subscribe(store, fullClientId, Math.floor(now() / 1000), settings.hooks);

  const controls = {
    requests: { list: log.list, counts: log.counts, clear: log.clear },
    ledger: { list: ledger.list, clear: ledger.clear },
    concurrency: { highest: concurrency.highest, clear: concurrency.clear },
    faults: { set: faults.set, list: faults.list, hits: faults.hits, clear: faults.clear },
    takeQuota: (requests: number) => void quota.take(requests),
    reset() {
      lateWrites.drop();
      for (const part of [faults, log, ledger, concurrency, quota, credentialGuard, webhooks]) part.clear();
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
    concurrency,
    credentialGuard,
    faults,
    lateWrites,
    announce: webhooks.announce,
    control: settings.control ? createControlDoor(controls) : null,
  });

  try {
    if (!isSeeded(store)) seedStore(store, data);
    subscribeAll();
    await listen(server, settings);
  } catch (reason) {
    store.close();
    throw reason;
  }
  // The address is an AddressInfo if the server listens on a port. Other forms belong to pipes.
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return Object.freeze({
    url: `http://${host}:${port}/stores/${storeHash}/v3`,
    token,
    ...controls,
    webhooks: { deliveries: webhooks.deliveries, settled: webhooks.settled },
    settled: lateWrites.settled,
    async close() {
      lateWrites.drop();
      webhooks.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      store.close();
    },
  });
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
