import { GatewayError } from '../../src/errors.ts';
import {
  createGovernor,
  type Governor,
  type GovernorEvents,
  type Pass,
} from '../../src/governor/governor.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import { createQuota, quotaHeaders } from '../../src/sandbox/quota.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

export interface MeteredStoreOptions {
  readonly quota?: number;
  readonly windowMs?: number;
  readonly window?: 'fixed' | 'sliding';
  readonly latencyMs?: number;
  /** Of the answers, how many have rate headers. */
  readonly headers?: number;
  /** How far the clocks of the store's machines are apart. */
  readonly apartMs?: number;
  /** Governors that share the store. */
  readonly governors?: number;
  readonly connections?: number;
  readonly maxWaiting?: number;
}

/** What became of a call that a test wanted. */
export interface Done {
  readonly caller: string;
  readonly lane: Lane;
  readonly wantedAt: number;
  readonly endedAt: number;
  readonly ok: boolean;
}

/** A store with a quota on a clock that stands still, and governors before it. */
export interface MeteredStore {
  /** From sending a request to its answer. */
  readonly latencyMs: number;
  readonly clock: FakeClock;
  readonly governors: readonly Governor[];
  /** Answers that refused for want of quota. */
  readonly refused: number;
  /** Requests of ours that were counted and served. */
  readonly served: number;
  /** Requests of foreign apps that were served. */
  readonly foreign: number;
  /** Requests of ours at the store, of whatever fate. */
  readonly sent: number;
  /** Requests of ours that are on their way. */
  readonly inFlight: number;
  readonly done: readonly Done[];
  /** From now on the store answers nobody but with 503, or does so no more. */
  setDown(isDown: boolean): void;
  /** A foreign app sends so many. */
  intrude(requests: number): void;
  /** Somebody wants a call. */
  want(options?: WantOptions): void;
}

export interface WantOptions {
  readonly lane?: Lane;
  readonly caller?: string;
  readonly deadlineMs?: number;
  readonly governor?: number;
}

const NO_EVENTS: GovernorEvents = { onPass() {}, onRefuse() {}, onRetry() {}, onAbsurd() {} };

export function createMeteredStore({
  quota: granted = 150,
  windowMs = 30_000,
  window = 'fixed',
  latencyMs = 50,
  headers = 1,
  apartMs = 0,
  governors: count = 1,
  connections = 64,
  maxWaiting = 100_000,
}: MeteredStoreOptions = {}): MeteredStore {
  const clock = createFakeClock();
  const quota = createQuota({ quota: granted, windowMs, window, now: clock.now });
  const done: Done[] = [];
  let refused = 0;
  let served = 0;
  let foreign = 0;
  let sent = 0;
  let inFlight = 0;
  let answers = 0;
  let isDown = false;

  async function call(pass: Pass): Promise<void> {
    inFlight += 1;
    await clock.sleep(latencyMs / 2);
    sent += 1;
    const wasDown = isDown;
    const state = wasDown ? null : quota.take();
    await clock.sleep(latencyMs / 2);
    inFlight -= 1;
    const isRefused = state !== null && !state.allowed;
    if (isRefused) refused += 1;
    else if (!wasDown) served += 1;
    // Evenly spread: with a half every other answer has them.
    const speaks = Math.floor((answers + 1) * headers) > Math.floor(answers * headers);
    answers += 1;
    const skewed = state && { ...state, resetMs: Math.max(0, state.resetMs + (random() - 0.5) * apartMs) };
    const said = speaks || isRefused ? lowerCased(quotaHeaders(skewed, true)) : {};
    const status = wasDown ? 503 : isRefused ? 429 : 200;
    pass.end({ status, headers: said, failure: null });
    if (status === 503) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { status });
    if (isRefused) throw new GatewayError('UPSTREAM_RATE_LIMITED', 'used up', { status, retryAfterMs: 1 });
  }

  let chance = 1;
  // Repeats itself in every run, as a test must.
  function random(): number {
    chance = (chance * 16_807) % 2_147_483_647;
    return chance / 2_147_483_647;
  }

  const governors = Array.from({ length: count }, () =>
    createGovernor({
      atOnce: new Map(),
      connections,
      maxWaiting,
      probe: call,
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
    get refused() {
      return refused;
    },
    get served() {
      return served;
    },
    get foreign() {
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
    intrude(requests) {
      for (let count = 0; count < requests; count += 1) if (quota.take()?.allowed) foreign += 1;
    },
    want({ lane = 'standard', caller = 'one', deadlineMs, governor = 0 } = {}) {
      const wantedAt = clock.now();
      const deadlineAt = deadlineMs === undefined ? Number.POSITIVE_INFINITY : wantedAt + deadlineMs;
      const end = (ok: boolean) => done.push({ caller, lane, wantedAt, endedAt: clock.now(), ok });
      governors[governor]
        ?.read({ operation: 'getCustomers', asker: { caller, lane, deadlineAt } }, call)
        .then(
          () => end(true),
          () => end(false),
        );
    },
  };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
