import { setTimeout as delay } from 'node:timers/promises';
import type { Plugin } from 'graphql-yoga';
import { createFailedAttempts } from '../../access/throttle/failed-attempts.ts';
import type { StoreEvent } from '../../rest/cache/events.ts';
import { headOfFetch, type RequestHead } from '../http/request-head.ts';
import type { HookWatch } from './hook-watch.ts';
import type { SignatureState, WebhookVerifier } from './verify.ts';

/** Where the store delivers its events. */
export const WEBHOOK_PATH = '/webhooks/bigcommerce';

/** How a delivery ended. */
export type DeliveryOutcome =
  | 'accepted'
  | 'unknown-scope'
  | 'postponed'
  | 'other-store'
  | 'refused'
  | 'malformed';

export interface WebhookEndpointOptions {
  readonly verifier: WebhookVerifier;
  /** Whether a webhook without a valid signature is refused. */
  readonly requiresSignature: boolean;
  readonly storeHash: string;
  /** Address of the client of a request, or a name that stands for it. */
  readonly clientOf: (head: RequestHead) => string;
  /** Takes an event after the response. Returns whether its scope is known. */
  readonly onEvent: (event: StoreEvent) => boolean;
  readonly onDelivery: (outcome: DeliveryOutcome) => void;
  /**
   * Whether an event takes effect at the other replicas too. If it does not, the store is to send it again later.
   *
   * @default there are no others
   */
  readonly reachesAll?: () => boolean;
  /** Knows whether events arrive, at this replica or another. @default null: it is not known */
  readonly hookWatch?: Pick<HookWatch, 'sync' | 'lastEventAt' | 'isSilent'> | null;
  /** Resolves after this many milliseconds. @default a timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** What has arrived, as a GET with the secret header reports it. */
export interface WebhookArrivals {
  /** When an event last arrived, at any of the replicas. Null if none has. */
  readonly lastEventAt: string | null;
  /** Whether customers changed since, and no event announced it to any of the replicas. */
  readonly isSilent: boolean;
  /** Events that arrived at this replica since it started. */
  readonly events: number;
  /** Their number, by the state of their signature. */
  readonly signatures: Readonly<Record<SignatureState, number>>;
}

/** Maximum size of an event, in characters. Known ones have a few hundred. */
const MAX_LENGTH = 65_536;
/** Refused requests of one client without a delay. */
const FREE_ATTEMPTS = 5;
/** Maximum delay of a refusal, in milliseconds. */
const MAX_DELAY_MS = 5_000;
/** Maximum number of refusals that wait at the same time. Further ones are not delayed. */
const MAX_WAITING = 100;

/**
 * Accepts the store's webhooks. The response is sent before the event has an effect. Refusals of one client are slowed, so
 * that secrets cannot be tried fast; the store itself is never slowed.
 */
export function webhookEndpoint(options: WebhookEndpointOptions): Plugin {
  const {
    verifier,
    requiresSignature,
    storeHash,
    clientOf,
    onEvent,
    onDelivery,
    reachesAll = () => true,
    hookWatch = null,
    sleep = (ms) => delay(ms),
  } = options;
  const refusals = createFailedAttempts({
    freeAttempts: FREE_ATTEMPTS,
    maxDelayMs: MAX_DELAY_MS,
    ...(options.now && { now: options.now }),
  });
  let waiting = 0;
  const arrivals = { events: 0, signatures: { valid: 0, invalid: 0, absent: 0, 'unknown-key': 0 } };

  async function refuse(client: string): Promise<Response> {
    onDelivery('refused');
    const delayMs = refusals.delayMs(client);
    refusals.recordFailure(client);
    if (delayMs > 0 && waiting < MAX_WAITING) {
      waiting += 1;
      await sleep(delayMs);
      waiting -= 1;
    }
    return new Response(null, { status: 401 });
  }

  async function answer(request: Request, serverContext: object): Promise<Response> {
    if (request.method !== 'POST' && request.method !== 'GET')
      return new Response(null, { status: 405, headers: { allow: 'GET, POST' } });
    const refused = () => refuse(clientOf(headOfFetch(request, serverContext)));
    // First: a body of someone else is not even read.
    if (!verifier.hasSecret(request.headers)) return refused();
    if (request.method === 'GET') return Response.json(await reportArrivals());
    const body = await readText(request);
    if (body === null) return end('malformed', 413);
    const signature = verifier.signatureOf(request.headers, body);
    arrivals.signatures[signature] += 1;
    if (requiresSignature && signature !== 'valid') return refused();
    const event = parseEvent(body);
    if (event === null) return end('malformed', 400);
    if (event.producer !== `stores/${storeHash}`) return end('other-store', 404);
    if (!reachesAll()) return end('postponed', 503);
    arrivals.events += 1;
    // After the response: the platform waits for it, and a purge can take a while.
    setImmediate(() => onDelivery(onEvent(event) ? 'accepted' : 'unknown-scope'));
    return new Response(null, { status: 200 });
  }

  async function reportArrivals(): Promise<WebhookArrivals> {
    // While the replicas cannot share anything, this one reports what it knows.
    await hookWatch?.sync().catch(() => {});
    const at = hookWatch?.lastEventAt() ?? null;
    return {
      lastEventAt: at === null ? null : new Date(at).toISOString(),
      isSilent: hookWatch?.isSilent() ?? false,
      ...arrivals,
    };
  }

  function end(outcome: DeliveryOutcome, status: number): Response {
    onDelivery(outcome);
    return new Response(null, { status });
  }

  return {
    async onRequest({ request, url, serverContext, endResponse }) {
      if (url.pathname === WEBHOOK_PATH) endResponse(await answer(request, serverContext as object));
    },
  };
}

/** The body of a request as text. Null if it is too long. */
async function readText(request: Request): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_LENGTH) return null;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_LENGTH) return null;
  }
  return text + decoder.decode();
}

function parseEvent(body: string): (StoreEvent & { readonly producer: unknown }) | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || !('scope' in parsed)) return null;
    const { scope, data, producer } = parsed as { scope: unknown; data?: unknown; producer?: unknown };
    return typeof scope === 'string' ? { scope, data, producer } : null;
  } catch {
    return null;
  }
}
