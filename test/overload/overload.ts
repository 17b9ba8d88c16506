import { setTimeout as delay } from 'node:timers/promises';
import { createGovernor } from '../../src/governor/governor.ts';
import { LANES, type Lane } from '../../src/governor/lanes.ts';
import { type CallReport, createHttp, type HttpOptions } from '../../src/rest/http.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

export interface Scenario {
  readonly name: string;
  /** @default 'fixed' */
  readonly window?: 'fixed' | 'sliding';
  /** How many times the quota is wanted. @default 10 */
  readonly times?: number;
  /** Of the quota, what a foreign app takes evenly. @default 0 */
  readonly foreign?: number;
  /** Of the quota, what a foreign app takes at once, at another moment of each window. @default 0 */
  readonly burst?: number;
  /** Whether every other answer says nothing of the quota. @default false */
  readonly halfSilent?: boolean;
  /** @default 1 */
  readonly callers?: number;
  /** Whose calls they are, in turn. @default ['standard'] */
  readonly lanes?: readonly [Lane, ...Lane[]];
  /** Of the quota, what is wanted by someone who waits for it, beside the rest. */
  readonly interactive?: number;
}

export interface Outcome {
  /** Answers of the store that refuse for want of quota. */
  readonly refused: number;
  /** Calls that were under way when foreign apps struck at once; one where there was none. */
  readonly struck: number;
  readonly usedPercent: number;
  /** Null where nobody waits for calls beside the rest. */
  readonly waitP99Ms: number | null;
  /** Of the lanes that wanted something, the one that got least, and how much. */
  readonly leastServed: string;
}

const QUOTA = 150;
const WINDOW_MS = 6_000;
const WINDOWS = 10;
const RUN_MS = WINDOWS * WINDOW_MS;

/** Wants far more of a sandbox store than its quota, by the clock on the wall and over real connections. */
export async function overload(scenario: Scenario): Promise<Outcome> {
  const {
    window = 'fixed',
    times = 10,
    foreign = 0,
    burst = 0,
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
  let refused = 0;
  const http = createHttp({
    ...storeOf(sandbox),
    onCall: ({ status }) => {
      if (status === 429) refused += 1;
    },
  });
  const governor = createGovernor({
    atOnce: new Map(),
    connections: 64,
    maxWaiting: 100_000,
    retryShare: 0,
    probe: async () => {},
    events: { onPass() {}, onRefuse() {}, onRetry() {}, onAbsurd() {} },
    clock: { now: () => performance.now(), sleep: (ms) => delay(ms) },
  });

  async function want(lane: Lane, caller: string, noteWait?: (ms: number) => void): Promise<void> {
    const wantedAt = performance.now();
    const asker = { lane, caller, deadlineAt: wantedAt + RUN_MS };
    const call = { operation: 'getCustomers', method: 'GET', path: '/customers', query: 'limit=1' };
    await governor.read({ operation: 'getCustomers', asker, signal: stop.signal }, (pass) => {
      noteWait?.(performance.now() - wantedAt);
      return http.send({ ...call, signal: stop.signal, onEnd: (report) => pass.end(heard(report)) });
    });
    served.set(lane, (served.get(lane) ?? 0) + 1);
  }

  let answers = 0;
  function heard(report: CallReport): CallReport {
    answers += 1;
    const isSilent = scenario.halfSilent === true && answers % 2 === 0 && report.status !== 429;
    return isSilent ? { ...report, headers: {} } : report;
  }

  let granted = 0;
  async function intrude(): Promise<void> {
    const response = await fetch(`${sandbox.url}/customers?limit=1`, {
      headers: { 'X-Auth-Token': sandbox.token },
      signal: stop.signal,
    });
    if (response.ok) granted += 1;
    await response.arrayBuffer();
  }

  const beganAt = performance.now();
  let struck = 0;
  let strikes = 0;
  let wanted = 0;
  let waited = 0;
  let intruded = 0;
  while (performance.now() - beganAt < RUN_MS) {
    const due = (share: number) => ((performance.now() - beganAt) / WINDOW_MS) * QUOTA * share;
    for (; wanted < due(times); wanted += 1) {
      const lane = lanes[wanted % lanes.length] ?? 'standard';
      want(lane, `caller ${wanted % callers}`).catch(() => {});
    }
    for (; waited < due(scenario.interactive ?? 0); waited += 1)
      want('interactive', 'somebody', (ms) => waits.push(ms)).catch(() => {});
    for (; intruded < due(foreign); intruded += 1) intrude().catch(() => {});
    if (burst > 0 && performance.now() - beganAt > strikes * WINDOW_MS + ((strikes * 7_919) % WINDOW_MS)) {
      strikes += 1;
      struck += Math.max(1, governor.state().inFlight);
      sandbox.takeQuota(burst * QUOTA);
    }
    await delay(2);
  }
  const tookMs = performance.now() - beganAt;
  stop.abort(new Error('the run is over'));
  await http.close();
  await sandbox.close();

  const taken = [...served.values()].reduce((sum, count) => sum + count, 0) + granted;
  const wanting = LANES.filter((lane) => served.has(lane));
  const least = wanting.toSorted((one, other) => (served.get(one) ?? 0) - (served.get(other) ?? 0))[0];
  waits.sort((one, other) => one - other);
  return {
    refused,
    struck,
    usedPercent: (100 * taken) / ((tookMs / WINDOW_MS) * QUOTA),
    waitP99Ms: scenario.interactive === undefined ? null : (waits[Math.floor(waits.length * 0.99)] ?? 0),
    leastServed: least === undefined ? '' : `${least} ${served.get(least)}`,
  };
}

function storeOf({ url, token }: Sandbox): Omit<HttpOptions, 'onCall'> {
  return { baseUrl: url, accessToken: token, timeoutMs: 10_000, maxBodyBytes: 1_000_000, connections: 80 };
}
