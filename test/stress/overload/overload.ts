import { setTimeout as delay } from 'node:timers/promises';
import { createGovernor } from '../../../src/governor/governor.ts';
import { LANES, type Lane } from '../../../src/governor/lanes.ts';
import { type CallReport, createHttpClient, type HttpClientOptions } from '../../../src/rest/client/http.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';

export interface Scenario {
  readonly name: string;
  /** @default 'fixed' */
  readonly window?: 'fixed' | 'sliding';
  /** Demand as a multiple of the quota. @default 10 */
  readonly demand?: number;
  /** Fraction of the quota that another app uses evenly. @default 0 */
  readonly otherAppShare?: number;
  /** Fraction of the quota that another app uses at once, at a different time in each window. @default 0 */
  readonly otherAppBurst?: number;
  /** Whether every other response has no rate-limit headers. @default false */
  readonly omitsHalfOfHeaders?: boolean;
  /** Number of callers. @default 1 */
  readonly callers?: number;
  /** The lanes of the calls, in rotation. @default ['standard'] */
  readonly lanes?: readonly [Lane, ...Lane[]];
  /** Additional demand for interactive calls, as a fraction of the quota. @default none */
  readonly interactive?: number;
}

export interface Outcome {
  /** Number of 429 responses. */
  readonly rateLimited: number;
  /** Calls in flight at the bursts of the other app, at least one per burst: this many 429s are unavoidable. */
  readonly inFlightAtBursts: number;
  readonly usedPercent: number;
  /** 99th percentile of the queue time of the additional interactive calls. Null without such calls. */
  readonly waitP99Ms: number | null;
  /** The lane with the fewest calls served, of those with demand, and the number of calls. */
  readonly leastServed: string;
}

const QUOTA = 150;
const WINDOW_MS = 6_000;
const WINDOWS = 10;
const RUN_MS = WINDOWS * WINDOW_MS;

/** Demands far more calls of a sandbox store than its quota, in real time and over real connections. */
export async function overload(scenario: Scenario): Promise<Outcome> {
  const {
    window = 'fixed',
    demand = 10,
    otherAppShare = 0,
    otherAppBurst = 0,
    callers = 1,
    lanes = ['standard'],
  } = scenario;
  const sandbox = await startSandbox({
    quota: QUOTA,
    windowMs: WINDOW_MS,
    latencyMs: 10,
    switches: { window },
  });
  const stop = new AbortController();
  const served = new Map<Lane, number>();
  const waits: number[] = [];
  let rateLimited = 0;
  const http = createHttpClient({
    ...storeOf(sandbox),
    onCall: ({ status }) => {
      if (status === 429) rateLimited += 1;
    },
  });
  const governor = createGovernor({
    maxConcurrency: new Map(),
    connections: 64,
    maxQueued: 100_000,
    retryRatio: 0,
    probe: async () => {},
    events: { onAdmit() {}, onReject() {}, onRetry() {}, onInvalidHeaders() {} },
    clock: { now: () => performance.now(), sleep: (ms) => delay(ms) },
  });

  async function call(lane: Lane, caller: string, onStart?: (waitedMs: number) => void): Promise<void> {
    const calledAt = performance.now();
    const origin = { lane, caller, deadlineAt: calledAt + RUN_MS };
    const request = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
    await governor.read({ operation: 'getCustomers', origin, signal: stop.signal }, (permit) => {
      onStart?.(performance.now() - calledAt);
      return http.send({
        ...request,
        signal: stop.signal,
        onEnd: (report) => permit.release(maybeWithoutHeaders(report)),
      });
    });
    served.set(lane, (served.get(lane) ?? 0) + 1);
  }

  let responses = 0;
  function maybeWithoutHeaders(report: CallReport): CallReport {
    responses += 1;
    const isSilent = scenario.omitsHalfOfHeaders === true && responses % 2 === 0 && report.status !== 429;
    return isSilent ? { ...report, headers: {} } : report;
  }

  let servedToOtherApp = 0;
  async function callAsOtherApp(): Promise<void> {
    const response = await fetch(`${sandbox.url}/customers?limit=1`, {
      headers: { 'X-Auth-Token': sandbox.token },
      signal: stop.signal,
    });
    if (response.ok) servedToOtherApp += 1;
    await response.arrayBuffer();
  }

  const startedAt = performance.now();
  let inFlightAtBursts = 0;
  let bursts = 0;
  let calls = 0;
  let interactiveCalls = 0;
  let otherAppCalls = 0;
  while (performance.now() - startedAt < RUN_MS) {
    const due = (share: number) => ((performance.now() - startedAt) / WINDOW_MS) * QUOTA * share;
    for (; calls < due(demand); calls += 1) {
      const lane = lanes[calls % lanes.length] ?? 'standard';
      call(lane, `caller ${calls % callers}`).catch(() => {});
    }
    for (; interactiveCalls < due(scenario.interactive ?? 0); interactiveCalls += 1)
      call('interactive', 'user', (waitedMs) => waits.push(waitedMs)).catch(() => {});
    for (; otherAppCalls < due(otherAppShare); otherAppCalls += 1) callAsOtherApp().catch(() => {});
    if (
      otherAppBurst > 0 &&
      performance.now() - startedAt > bursts * WINDOW_MS + ((bursts * 7_919) % WINDOW_MS)
    ) {
      bursts += 1;
      inFlightAtBursts += Math.max(1, governor.state().inFlight);
      sandbox.consumeQuota(otherAppBurst * QUOTA);
    }
    await delay(2);
  }
  const tookMs = performance.now() - startedAt;
  stop.abort(new Error('the run has ended'));
  await http.close();
  await sandbox.close();

  const used = [...served.values()].reduce((sum, count) => sum + count, 0) + servedToOtherApp;
  const servedLanes = LANES.filter((lane) => served.has(lane));
  const least = servedLanes.toSorted((one, other) => (served.get(one) ?? 0) - (served.get(other) ?? 0))[0];
  waits.sort((one, other) => one - other);
  return {
    rateLimited,
    inFlightAtBursts,
    usedPercent: (100 * used) / ((tookMs / WINDOW_MS) * QUOTA),
    waitP99Ms: scenario.interactive === undefined ? null : (waits[Math.floor(waits.length * 0.99)] ?? 0),
    leastServed: least === undefined ? '' : `${least} ${served.get(least)}`,
  };
}

function storeOf({ url, token }: Sandbox): Omit<HttpClientOptions, 'onCall'> {
  return {
    baseUrl: url,
    accessToken: () => token,
    timeoutMs: 10_000,
    maxBodyBytes: 1_000_000,
    connections: 80,
  };
}
