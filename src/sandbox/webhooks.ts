import { createHash, createHmac } from 'node:crypto';
import type { StoreEvent } from './ledger.ts';
import { type HookRow, hookById } from './resources/hooks.ts';
import type { Store } from './store.ts';

/** One attempt to deliver an event. */
export interface WebhookDelivery {
  readonly hookId: number;
  readonly scope: string;
  /** Identifies the event; the same for all its attempts. */
  readonly hash: string;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** The receiver's response status; null if there was no response. */
  readonly status: number | null;
  /** The sandbox's clock, in milliseconds. */
  readonly at: number;
}

export interface Webhooks {
  /** All delivery attempts, oldest first. */
  deliveries(): readonly WebhookDelivery[];
  /** Resolves when no delivery is pending, including retries. */
  settled(): Promise<void>;
}

export interface WebhookSender extends Webhooks {
  publish(events: readonly StoreEvent[]): void;
  clear(): void;
  stop(): void;
}

export interface WebhookSenderOptions {
  readonly store: Store;
  readonly storeHash: string;
  /** The client secret of an API account. It signs the account's webhooks. */
  readonly clientSecret: (clientId: string) => string;
  /** Multiplies the platform's delays between attempts. */
  readonly retryFactor: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Delay after each failed attempt, in seconds. About 48 hours in total. */
const retryDelaysSeconds = [60, 180, 300, 600, 900, 1800, 3600, 7200, 21_600, 50_400, 86_400];

// Not documented. The platform accepted a response after five seconds.
const responseTimeoutMs = 10_000;

const maxDeliveries = 10_000;
const exceptionScope = 'store/hook/deliveryException';

/** Sends events to the store's webhook subscriptions asynchronously, with retries. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { store, storeHash, clientSecret, retryFactor, now, sleep } = options;
  const underway = new Set<Promise<void>>();
  const stopping = new AbortController();
  let log: WebhookDelivery[] = [];

  function publish(events: readonly StoreEvent[]): void {
    if (events.length === 0) return;
    const hooks = store.all<HookRow>('SELECT * FROM hooks WHERE is_active = 1 ORDER BY id');
    for (const event of events) {
      const body = createBody(event, storeHash, now());
      for (const hook of hooks) if (scopeMatches(hook.scope, event.scope)) start(hook, event.scope, body);
    }
  }

  function start(hook: HookRow, scope: string, body: string): void {
    const delivery = deliver(hook, scope, body).finally(() => underway.delete(delivery));
    underway.add(delivery);
  }

  async function deliver(hook: HookRow, scope: string, body: string): Promise<void> {
    for (let attempt = 1; attempt <= retryDelaysSeconds.length + 1; attempt += 1) {
      if ((await attemptDelivery(hook, { scope, body, attempt })) || stopping.signal.aborted) return;
      const waitSeconds = retryDelaysSeconds[attempt - 1];
      if (waitSeconds === undefined) break;
      if (attempt === 1) publishException(hook, scope, { error_code: 90_001, message: 'will be retried' });
      await sleep(waitSeconds * 1000 * retryFactor);
      if (stopping.signal.aborted || hookById(store, hook.id)?.is_active !== 1) return;
    }
    store.update('hooks', hook.id, { is_active: 0 });
    publishException(hook, scope, {
      error_code: 90_002,
      message: 'was given up; the webhook is switched off',
    });
  }

  async function attemptDelivery(
    hook: HookRow,
    { scope, body, attempt }: { readonly scope: string; readonly body: string; readonly attempt: number },
  ): Promise<boolean> {
    const { hash } = JSON.parse(body);
    const timestamp = String(Math.floor(now() / 1000));
    const signature = sign(`${hash}.${timestamp}.${body}`, clientSecret(hook.client_id));
    const headers = { 'webhook-id': hash, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    const status = await post(hook, headers, body, stopping.signal);
    if (stopping.signal.aborted) return false;
    log.push({ hookId: hook.id, scope, hash, attempt, status, at: now() });
    if (log.length > maxDeliveries * 2) log = log.slice(-maxDeliveries);
    return status !== null && status >= 200 && status < 300;
  }

  function publishException(
    hook: HookRow,
    scope: string,
    failure: { error_code: number; message: string },
  ): void {
    // A failed delivery to an exception hook must not cause another exception event.
    if (scope === exceptionScope) return;
    publish([{ scope: exceptionScope, data: { type: 'webhook', id: hook.id, ...failure } }]);
  }

  return Object.freeze({
    publish,
    deliveries: () => [...log],
    async settled() {
      while (underway.size > 0) await Promise.all(underway);
    },
    clear() {
      log = [];
    },
    stop: () => stopping.abort(),
  });
}

/** The body of an event's deliveries. */
function createBody({ scope, data }: StoreEvent, storeHash: string, now: number): string {
  const payload = {
    scope,
    store_id: '1000001',
    data,
    created_at: Math.floor(now / 1000),
    producer: `stores/${storeHash}`,
  };
  const hash = createHash('sha1').update(JSON.stringify(payload)).digest('hex');
  return JSON.stringify({ ...payload, hash });
}

function sign(text: string, secret: string): string {
  return `v1,${createHmac('sha256', secret).update(text).digest('base64')}`;
}

/** Sends a delivery. Returns the status of the response; null if there was none. */
async function post(
  hook: HookRow,
  headers: Readonly<Record<string, string>>,
  body: string,
  stopped: AbortSignal,
): Promise<number | null> {
  try {
    const response = await fetch(hook.destination, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(responseTimeoutMs)]),
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'pekko-http/1.3.0',
        ...JSON.parse(hook.headers),
        ...headers,
      },
      body,
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}

/** Whether a subscribed scope, which may end in `*`, includes the scope of an event. */
function scopeMatches(subscribed: string, scope: string): boolean {
  return subscribed.endsWith('*') ? scope.startsWith(subscribed.slice(0, -1)) : subscribed === scope;
}
