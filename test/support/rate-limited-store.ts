import { GatewayError } from '../../src/errors.ts';
import {
  createGovernor,
  type Governor,
  type GovernorEvents,
  type Permit,
} from '../../src/governor/governor.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import { createQuota, rateLimitHeaders } from '../../src/sandbox/quota.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

export interface RateLimitedStoreOptions {
  readonly quota?: number;
  readonly windowMs?: number;
  readonly window?: 'fixed' | 'sliding';
  readonly latencyMs?: number;
  /** Fraction of the responses with rate-limit headers. @default 1 */
  readonly headerShare?: number;
  /** Clock skew between the machines of the store, in milliseconds. @default 0 */
  readonly clockSkewMs?: number;
  /** Number of governors that share the store. @default 1 */
  readonly governors?: number;
  readonly connections?: number;
  readonly maxQueued?: number;
  /** Maximum number of calls in flight, by operation. @default no limits */
  readonly maxConcurrency?: ReadonlyMap<string, number>;
}

/** The result of a call that a test requested. */
export interface CallResult {
  readonly caller: string;
  readonly lane: Lane;
  readonly requestedAt: number;
  readonly endedAt: number;
  readonly ok: boolean;
}

/** A store with a quota on a fake clock, and governors in front of it. */
export interface RateLimitedStore {
  /** Milliseconds from a request to its response. */
  readonly latencyMs: number;
  readonly clock: FakeClock;
  readonly governors: readonly Governor[];
  /** Number of 429 responses. */
  readonly rateLimited: number;
  /** Number of our requests that were served. */
  readonly served: number;
  /** Number of requests of other apps that were served. */
  readonly servedToOthers: number;
  /** Number of our requests that reached the store, with any result. */
  readonly sent: number;
  /** Number of our requests in flight. */
  readonly inFlight: number;
  readonly done: readonly CallResult[];
  /** Makes the store respond to every request with 503, or stops that. */
  setDown(isDown: boolean): void;
  /** Sends this many requests of another app. */
  callAsOtherApp(requests: number): void;
  /** Requests a call from a governor. Resolves with whether it succeeded. */
  request(options?: RequestOptions): Promise<boolean>;
}

export interface RequestOptions {
  readonly lane?: Lane;
  readonly caller?: string;
  readonly deadlineMs?: number;
  readonly governor?: number;
  /** @default 'getCustomers' */
  readonly operation?: string;
}

const NO_EVENTS: GovernorEvents = { onAdmit() {}, onReject() {}, onRetry() {}, onInvalidHeaders() {} };

export function createRateLimitedStore({
  quota: granted = 150,
  windowMs = 30_000,
  window = 'fixed',
  latencyMs = 50,
  headerShare = 1,
  clockSkewMs = 0,
  governors: count = 1,
  connections = 64,
  maxQueued = 100_000,
  maxConcurrency = new Map(),
}: RateLimitedStoreOptions = {}): RateLimitedStore {
  const clock = createFakeClock();
  const quota = createQuota({ quota: granted, windowMs, window, now: clock.now });
  const done: CallResult[] = [];
  let refused = 0;
  let served = 0;
  let foreign = 0;
  let sent = 0;
  let inFlight = 0;
  let answers = 0;
  let isDown = false;

  async function send(permit: Permit): Promise<void> {
    inFlight += 1;
    await clock.sleep(latencyMs / 2);
    sent += 1;
    const wasDown = isDown;
    const state = wasDown ? null : quota.consume();
    await clock.sleep(latencyMs / 2);
    inFlight -= 1;
    const isRefused = state !== null && !state.allowed;
    if (isRefused) refused += 1;
    else if (!wasDown) served += 1;
    // Evenly spread: with 0.5 every other response has headers.
    const hasHeaders = Math.floor((answers + 1) * headerShare) > Math.floor(answers * headerShare);
    answers += 1;
    const skewed = state && {
      ...state,
      resetMs: Math.max(0, state.resetMs + (random() - 0.5) * clockSkewMs),
    };
    const responseHeaders = hasHeaders || isRefused ? withLowerCaseNames(rateLimitHeaders(skewed, true)) : {};
    const status = wasDown ? 503 : isRefused ? 429 : 200;
    permit.release({ status, headers: responseHeaders, failure: null });
    if (status === 503) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status });
    if (isRefused)
      throw new GatewayError('UPSTREAM_RATE_LIMITED', 'quota exhausted', { status, retryAfterMs: 1 });
  }

  let seed = 1;
  // A fixed seed makes the test deterministic.
  function random(): number {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  }

  const governors = Array.from({ length: count }, () =>
    createGovernor({
      maxConcurrency,
      connections,
      maxQueued,
      probe: send,
      events: NO_EVENTS,
      clock,
      random,
    }),
  );

  return {
    latencyMs,
    clock,
    governors,
    done,
    get rateLimited() {
      return refused;
    },
    get served() {
      return served;
    },
    get servedToOthers() {
      return foreign;
    },
    get sent() {
      return sent;
    },
    get inFlight() {
      return inFlight;
    },
    setDown(value) {
      isDown = value;
    },
    callAsOtherApp(requests) {
      for (let count = 0; count < requests; count += 1) if (quota.consume()?.allowed) foreign += 1;
    },
    async request({
      lane = 'standard',
      caller = 'one',
      deadlineMs,
      governor = 0,
      operation = 'getCustomers',
    } = {}) {
      const requestedAt = clock.now();
      const deadlineAt = deadlineMs === undefined ? Number.POSITIVE_INFINITY : requestedAt + deadlineMs;
      const call = governors[governor]?.read({ operation, origin: { caller, lane, deadlineAt } }, send);
      const ok = await (call ?? Promise.reject()).then(
        () => true,
        () => false,
      );
      done.push({ caller, lane, requestedAt, endedAt: clock.now(), ok });
      return ok;
    },
  };
}

function withLowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
