import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Chance, createChance } from '../../src/sandbox/chance.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';
import { createGateway } from '../support/gateway.ts';
import { jsonPost } from '../support/post.ts';
import { type Ask, drive, type Submission } from './drive.ts';
import { disturb, hitsOf } from './faults.ts';
import { judge, nameOf, type Violation } from './judge.ts';
import { kinds } from './kinds.ts';
import type { Report } from './report.ts';
import { contentsOf, openStore } from './storm.ts';
import { createWorld, traceOf, type World } from './world.ts';

export interface CrashOptions {
  readonly seed: number;
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** Number of gateways to end. */
  readonly times: number;
  readonly switches?: SandboxOptions['switches'];
}

/** Number of gateways that run concurrently. */
const LANES = 2;
/** Maximum number of calls that a gateway makes before it is ended. */
const MOST_CALLS = 60;
const POLL_MS = 2;
const CALLERS = 10;
// The timers of late commits and the reads that settle them are both in this process, so their order is right even if the
// machine stalls.
const SETTLE_MS = 1_000;
const LATEST_MS = 300;
/** Enough to settle a write of which every fifth call goes wrong. */
const GRACE_MS = 12_000;
/** Additional time for a busy machine to handle the signal and exit. */
const SLACK_MS = 12_000;
/** Long enough that no call times out only because this process is busy. */
const TIMEOUT_MS = 60_000;

/** Lets callers write through gateways that are ended at random times. No caller submits an item again. */
export async function crash({ seed, signal, times, switches = {} }: CrashOptions): Promise<Report> {
  const sandbox = await openStore({ customers: 1_500, seed, switches });
  const gateway = createGateway({ baseUrl: sandbox.url, settleMs: SETTLE_MS });
  try {
    const world = createWorld({ seed, callers: CALLERS, ...(await contentsOf(sandbox)) });
    disturb(sandbox, seed, LATEST_MS);
    sandbox.requests.clear();
    const submissions: Submission[] = [];
    const violations: Violation[] = [];
    let longestEndMs = 0;
    let left = times;
    await Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        const chance = createChance(seed, CALLERS, lane);
        const callers = world.callers.filter((_caller, place) => place % LANES === lane);
        while (left > 0) {
          left -= 1;
          const life = await liveAndDie(sandbox, { ...world, callers }, signal, chance);
          submissions.push(...life.submissions);
          violations.push(...life.violations);
          longestEndMs = Math.max(longestEndMs, life.endMs);
        }
      }),
    );
    // Waits for calls of ended gateways that the store still executes, and for late commits.
    await delay(LATEST_MS);
    await sandbox.settled();
    const calls = sandbox.requests.counts();
    const hits = hitsOf(sandbox);
    sandbox.faults.clear();
    violations.push(...(await judge({ world, sandbox, submissions, gateway })));
    if (signal === 'SIGTERM') violations.push(...untold(sandbox, submissions));
    return { submissions, calls, hits, violations, longestEndMs };
  } finally {
    await gateway.close();
    await sandbox.close();
  }
}

/** On SIGTERM a gateway settles and reports all writes in flight, so an item without a result must not be written. */
function untold({ ledger }: Sandbox, submissions: readonly Submission[]): Violation[] {
  const traces = new Set(ledger.list().map(traceOf));
  return submissions
    .filter(
      ({ item, result }) => result === null && item.nature === 'possible' && traces.has(item.trace ?? ''),
    )
    .map((submission) => `SIGTERM: written but not reported: ${nameOf(submission)}`);
}

interface Life {
  readonly submissions: readonly Submission[];
  /** Milliseconds from the signal to the exit. */
  readonly endMs: number;
  readonly violations: readonly Violation[];
}

/** Starts a gateway, lets callers write through it, and ends it meanwhile. */
async function liveAndDie(
  sandbox: Sandbox,
  world: World,
  signal: CrashOptions['signal'],
  chance: Chance,
): Promise<Life> {
  const { child, url } = await startChild(sandbox);
  const exited = once(child, 'exit');
  let lives = true;
  const driven = drive({ world, kinds, ask: askerOf(url), goesOn: () => lives });
  await untilCalled(sandbox, chance.between(0, MOST_CALLS), child);
  lives = false;
  const endedAt = performance.now();
  child.kill(signal);
  const [code, killedBy] = await exited;
  const endMs = Math.round(performance.now() - endedAt);
  const submissions = await driven;
  const isAsMeant = signal === 'SIGTERM' ? code === 0 : killedBy === signal;
  return {
    submissions,
    endMs,
    violations: [
      ...(isAsMeant ? [] : [`${signal}: ended with ${code ?? killedBy}`]),
      ...(endMs <= GRACE_MS + SLACK_MS ? [] : [`${signal}: took ${endMs} ms`]),
    ],
  };
}

/** Waits for a number of calls and not for a time, so the result does not depend on the speed of the machine. */
async function untilCalled({ requests }: Sandbox, calls: number, child: ChildProcess): Promise<void> {
  const made = () => Object.values(requests.counts()).reduce((sum, count) => sum + count, 0);
  const enough = made() + calls;
  while (made() < enough && child.exitCode === null) await delay(POLL_MS);
}

async function startChild(sandbox: Sandbox): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PORT: '0',
      LOG_LEVEL: 'silent',
      GATEWAY_AUTH: 'none',
      BIGCOMMERCE_STORE_HASH: 'sandbox',
      BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
      BIGCOMMERCE_API_URL: sandbox.url,
      WRITE_SETTLE_MS: String(SETTLE_MS),
      SHUTDOWN_GRACE_MS: String(GRACE_MS),
      UPSTREAM_TIMEOUT_MS: String(TIMEOUT_MS),
      OPERATION_TIMEOUT_MS: String(TIMEOUT_MS),
      // Like under npm: the gateway then exits when its parent does, even if this run crashes.
      npm_lifecycle_event: 'start',
    },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+\/graphql/.exec(line)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error('the gateway did not start');
}

function askerOf(url: string): Ask {
  return async (query, variables) => {
    try {
      const accept = 'application/graphql-response+json';
      const response = await fetch(url, jsonPost({ query, variables }, { accept }));
      const { data } = (await response.json()) as { data?: unknown };
      return data;
    } catch {
      // The gateway has exited: this caller gets no result.
      return null;
    }
  };
}
