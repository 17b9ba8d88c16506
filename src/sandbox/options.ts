import { setTimeout as delay } from 'node:timers/promises';
import { defaultLimits, type Limits, noLimits } from './limits.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { type Account, demonstrationAccounts } from './tokens.ts';

export interface SandboxOptions {
  /** Where it listens. @default '127.0.0.1' */
  readonly host?: string;
  /** 0 = any free port. @default 0 */
  readonly port?: number;
  /** @default 'sandbox' */
  readonly storeHash?: string;
  /** The token that may do everything. @default 'sandbox' */
  readonly token?: string;
  /** More accounts by token, beside `sandbox-read-only` and `sandbox-no-instruments`. */
  readonly tokens?: Readonly<Record<string, Account>>;
  /** How many customers the seed makes, up to 1,000,000. @default 250 */
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
  /** What the store takes at once; 'off' = anything. The quota is apart from this. */
  readonly limits?: Partial<Limits> | 'off';
  /** Answers to what the documents leave open. */
  readonly switches?: Partial<Switches>;
  /** Who is told of changes, besides those who subscribe under `/hooks`. */
  readonly webhooks?: WebhookSettings;
  /** Whether the control door under `/__sandbox` is open, to anyone who reaches the port. @default false */
  readonly control?: boolean;
  /** Told while a large store is seeded: after every ten thousand customers, and at the end. */
  readonly progress?: (done: number, customers: number) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default a timer */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

export interface WebhookSettings {
  /** Subscriptions that are there from the start, as if the account of `token` had made them. */
  readonly hooks?: readonly HookSubscription[];
  /** Multiplies the platform's retry delays, of which the first is a minute. @default 1 */
  readonly retryFactor?: number;
}

export interface HookSubscription {
  /** Such as `store/customer/*`. */
  readonly scope: string;
  readonly destination: string;
  /** Sent along with every call. */
  readonly headers?: Readonly<Record<string, string>>;
}

const largestStore = 1_000_000;

/** The options with every default in its place. */
export function settle(options: SandboxOptions) {
  const { customers = 250, seed = 1, limits = {} } = options;
  if (!Number.isInteger(customers) || customers < 0 || customers > largestStore) {
    throw new RangeError(`A sandbox has 0 to ${largestStore} customers, not ${customers}.`);
  }
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    storeHash: options.storeHash ?? 'sandbox',
    token: options.token ?? 'sandbox',
    tokens: { ...demonstrationAccounts, ...options.tokens },
    file: options.file ?? null,
    data: { customers, seed, progress: options.progress ?? (() => undefined) },
    quota: options.quota ?? 150,
    windowMs: options.windowMs ?? 30_000,
    latencyMs: options.latencyMs ?? 0,
    limits: limits === 'off' ? noLimits : { ...defaultLimits, ...limits },
    switches: { ...defaultSwitches, ...options.switches },
    hooks: options.webhooks?.hooks ?? [],
    retryFactor: options.webhooks?.retryFactor ?? 1,
    control: options.control ?? false,
    now: options.now ?? Date.now,
    sleep: options.sleep ?? wait,
  };
}

/** A wait that does not keep a process alive which has nothing else to do. */
async function wait(milliseconds: number): Promise<void> {
  await delay(milliseconds, undefined, { ref: false });
}
