import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createControlDoor } from './control.ts';
import { createCredentialGuard } from './credential-guard.ts';
import { createFaults, type Faults } from './faults.ts';
import { createLateWrites } from './late-writes.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { type Concurrency, createConcurrencyGate, defaultLimits, type Limits, noLimits } from './limits.ts';
import { createQuota } from './quota.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { isSeeded, seedStore } from './seed/index.ts';
import { createApiServer } from './server.ts';
import { openStore } from './store.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { type Account, accountsOf, demonstrationAccounts } from './tokens.ts';

export interface SandboxOptions {
  /** Where it listens. @default '127.0.0.1' */
  readonly host?: string;
  /** 0 = any free port. @default 0 */
  readonly port?: number;
  /** @default 'sandbox' */
  readonly storeHash?: string;
  /** The token that may do everything. @default 'sandbox' */
  readonly token?: string;
  /** How many customers the seed makes. @default 250 */
  readonly customers?: number;
  /** The number from which all data is drawn. @default 1 */
  readonly seed?: number;
  /** SQLite file to keep the records in; in memory when absent. A file that holds records is not seeded again. */
  readonly file?: string;
  /** Requests in a window; 0 = unlimited. @default 150, as on the vendor's smaller plans */
  readonly quota?: number;
  /** Length of the quota's window in milliseconds. @default 30000 */
  readonly windowMs?: number;
  /** Added to every answer, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** Accounts by token, beside the one of `token`. @default `sandbox-read-only` and `sandbox-no-instruments` */
  readonly tokens?: Readonly<Record<string, Account>>;
  /** What the store takes at once; 'off' = anything. The quota is apart from this. */
  readonly limits?: Partial<Limits> | 'off';
  /** Answers to what the documents leave open. */
  readonly switches?: Partial<Switches>;
  /** Told while a large store is seeded. */
  readonly progress?: (done: number, customers: number) => void;
  /** Whether the control door under `/__sandbox` is open, to anyone who reaches the port. @default false */
  readonly control?: boolean;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default a timer */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A running store. */
export interface Sandbox {
  /** The base of the REST API, up to and including `/v3`. */
  readonly url: string;
  readonly token: string;
  readonly requests: RequestLog;
  /** What was really written, whatever the callers were told. */
  readonly ledger: Ledger;
  /** How many calls of each operation were in flight at once. */
  readonly concurrency: Concurrency;
  /** What goes wrong, set from outside. */
  readonly faults: Faults;
  /** Takes requests out of the quota, as another app of the store would. */
  takeQuota(requests: number): void;
  /** Brings records, log, ledger, quota and faults back to where they were at the start. */
  reset(): void;
  /** Resolves when every write that was to land late has landed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a store that answers like the platform's REST API. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, storeHash = 'sandbox', token = 'sandbox', latencyMs = 0 } = options;
  const { now = Date.now, sleep = wait } = options;
  const { customers = 250, seed = 1, progress } = options;
  const switches = { ...defaultSwitches, ...options.switches };
  const store = openStore(options.file ?? null);
  if (!isSeeded(store)) seedStore(store, { customers, seed, ...(progress && { progress }) });
  const quota = createQuota({
    quota: options.quota ?? 150,
    windowMs: options.windowMs ?? 30_000,
    window: switches.window,
    now,
  });
  const limits = options.limits === 'off' ? noLimits : { ...defaultLimits, ...options.limits };
  const log = createRequestLog();
  const ledger = createLedger();
  const concurrency = createConcurrencyGate(limits.concurrency);
  const credentialGuard = createCredentialGuard(limits.credentialChecks, limits.credentialWindowMs, now);
  const faults = createFaults(seed);
  const lateWrites = createLateWrites(sleep);
  const handles = {
    requests: { list: log.list, counts: log.counts, clear: log.clear },
    ledger: { list: ledger.list, clear: ledger.clear },
    concurrency: { highest: concurrency.highest, clear: concurrency.clear },
    faults: { set: faults.set, list: faults.list, clear: faults.clear },
    takeQuota: (requests: number) => void quota.take(requests),
    reset() {
      lateWrites.drop();
      for (const part of [faults, log, ledger, concurrency, quota, credentialGuard]) part.clear();
      seedStore(store, { customers, seed });
    },
  };
  const server = createApiServer({
    store,
    storeHash,
    accounts: accountsOf(token, options.tokens ?? demonstrationAccounts),
    quota,
    switches,
    limits,
    log,
    ledger,
    concurrency,
    faults,
    lateWrites,
    control: options.control ? createControlDoor(handles) : null,
    credentialGuard,
    latencyMs,
    now,
    sleep,
    announce: () => undefined,
  });
  await listen(server, { host, port }).catch((reason: unknown) => {
    store.close();
    throw reason;
  });
  // A server that listens on a port has an address of this form; the other forms belong to pipes.
  const { port: boundPort } = server.address() as AddressInfo;
  return Object.freeze({
    url: `http://${host}:${boundPort}/stores/${storeHash}/v3`,
    token,
    ...handles,
    settled: lateWrites.settled,
    async close() {
      lateWrites.drop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      store.close();
    },
  });
}

function listen(server: Server, where: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
}

/** A wait that does not keep a process alive which has nothing else to do. */
async function wait(milliseconds: number): Promise<void> {
  await delay(milliseconds, undefined, { ref: false });
}
