import { setTimeout as delay } from 'node:timers/promises';
import { defaultLimits, type Limits, noLimits } from './limits.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { type Account, demoAccounts } from './tokens.ts';

export interface SandboxOptions {
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** 0 = any free port. @default 0 */
  readonly port?: number;
  /** @default 'sandbox' */
  readonly storeHash?: string;
  /** The access token with all scopes. @default 'sandbox' */
  readonly token?: string;
  /** API accounts by token, in addition to `sandbox-read-only` and `sandbox-no-instruments`. */
  readonly tokens?: Readonly<Record<string, Account>>;
  /** Number of seeded customers, at most 1,000,000. @default 250 */
  readonly customers?: number;
  /** The seed of the random data. @default 1 */
  readonly seed?: number;
  /** Path of the SQLite database; in memory if absent. An already seeded database is not seeded again. */
  readonly file?: string;
  /** Requests per window; 0 = unlimited. @default 150, as on the vendor's smaller plans */
  readonly quota?: number;
  /** Length of the quota's window, in milliseconds. @default 30000 */
  readonly windowMs?: number;
  /** Latency added to every response, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** Limits other than the quota; 'off' = none. */
  readonly limits?: Partial<Limits> | 'off';
  /** Behaviour that the vendor's documentation leaves open. */
  readonly switches?: Partial<Switches>;
  /** Webhooks, in addition to those created under `/hooks`. */
  readonly webhooks?: WebhookSettings;
  /** Whether to serve the control API under `/__sandbox`, without authentication. @default false */
  readonly control?: boolean;
  /** Called during seeding: after every 10,000 customers, and at the end. */
  readonly onProgress?: (done: number, customers: number) => void;
  /** The clock, in milliseconds since the Unix epoch. @default Date.now */
  readonly now?: () => number;
  /** Resolves after this many milliseconds. @default a timer */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

export interface WebhookSettings {
  /** Subscriptions that exist at startup, owned by the account of `token`. */
  readonly hooks?: readonly WebhookSubscription[];
  /** Multiplies the platform's retry delays, the first of which is 1 minute. @default 1 */
  readonly retryFactor?: number;
}

export interface WebhookSubscription {
  /** For example `store/customer/*`. */
  readonly scope: string;
  readonly destination: string;
  /** Additional headers of every delivery. */
  readonly headers?: Readonly<Record<string, string>>;
}

const maxCustomers = 1_000_000;

/** Applies the defaults. Throws a RangeError if the number of customers is out of range. */
export function resolveOptions(options: SandboxOptions) {
  const { customers = 250, seed = 1, limits = {} } = options;
  if (!Number.isInteger(customers) || customers < 0 || customers > maxCustomers) {
    throw new RangeError(`A sandbox has 0 to ${maxCustomers} customers, not ${customers}.`);
  }
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    storeHash: options.storeHash ?? 'sandbox',
    token: options.token ?? 'sandbox',
    tokens: { ...demoAccounts, ...options.tokens },
    file: options.file ?? null,
    data: { customers, seed, onProgress: options.onProgress ?? (() => undefined) },
    quota: options.quota ?? 150,
    windowMs: options.windowMs ?? 30_000,
    latencyMs: options.latencyMs ?? 0,
    limits: limits === 'off' ? noLimits : { ...defaultLimits, ...limits },
    switches: { ...defaultSwitches, ...options.switches },
    hooks: options.webhooks?.hooks ?? [],
    retryFactor: options.webhooks?.retryFactor ?? 1,
    control: options.control ?? false,
    now: options.now ?? Date.now,
    sleep: options.sleep ?? sleepUnref,
  };
}

/** Sleeps without keeping the process alive. */
async function sleepUnref(milliseconds: number): Promise<void> {
  await delay(milliseconds, undefined, { ref: false });
}
