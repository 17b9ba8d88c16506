import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/index.ts';
import { createRandom, type Random } from '../../../src/sandbox/random.ts';
import { createGateway } from '../../support/gateway.ts';
import { jsonPost } from '../../support/post.ts';
import { openStore, readContents } from './chaos.ts';
import { faultHits, injectFaults } from './faults.ts';
import { mutations } from './mutations.ts';
import type { Report } from './report.ts';
import { createSimulation, type SimulationState, traceOf } from './simulation.ts';
import { type Execute, type Submission, submitWrites } from './submit.ts';
import { describeSubmission, findViolations, type Violation, violation } from './verify.ts';

export interface CrashOptions {
  readonly seed: number;
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** Number of gateways to end. */
  readonly gateways: number;
  readonly switches?: SandboxOptions['switches'];
}

/** Number of gateways that run concurrently. */
const CONCURRENT_GATEWAYS = 2;
/** Maximum number of calls that a gateway makes before it is ended. */
const MAX_CALLS = 60;
const POLL_MS = 2;
const CALLERS = 10;
// The timers of late commits and the reads that settle them are both in this process, so their order is right even if the
// machine stalls.
const LATE_WRITE_MS = 1_000;
const MAX_LATE_COMMIT_MS = 300;
/** Enough to settle a write of which every fifth call goes wrong, also on a busy machine. */
const GRACE_MS = 25_000;
/** Additional time for a busy machine to handle the signal and exit. */
const SLACK_MS = 12_000;
/** Long enough that no call times out only because this process is busy. */
const TIMEOUT_MS = 60_000;

/** Lets callers write through gateways that are ended at random times. No caller submits an item again. */
export async function runCrashes({ seed, signal, gateways, switches = {} }: CrashOptions): Promise<Report> {
  const sandbox = await openStore({ customers: 1_500, seed, switches });
  const gateway = createGateway({ baseUrl: sandbox.url, lateWriteMs: LATE_WRITE_MS });
  try {
    const respells = switches.respells ?? false;
    const world = createSimulation({ seed, callers: CALLERS, respells, ...(await readContents(sandbox)) });
    injectFaults(sandbox, seed, MAX_LATE_COMMIT_MS);
    sandbox.requests.clear();
    const submissions: Submission[] = [];
    const violations: Violation[] = [];
    let slowestExitMs = 0;
    let left = gateways;
    await Promise.all(
      Array.from({ length: CONCURRENT_GATEWAYS }, async (_, lane) => {
        const chance = createRandom(seed, CALLERS, lane);
        const callers = world.callers.filter((_caller, place) => place % CONCURRENT_GATEWAYS === lane);
        while (left > 0) {
          left -= 1;
          const life = await runAndKill(sandbox, { ...world, callers }, signal, chance);
          submissions.push(...life.submissions);
          violations.push(...life.violations);
          slowestExitMs = Math.max(slowestExitMs, life.exitMs);
        }
      }),
    );
    // Waits for calls of ended gateways that the store still executes, and for late commits.
    await delay(MAX_LATE_COMMIT_MS);
    await sandbox.settled();
    const calls = sandbox.requests.counts();
    const hits = faultHits(sandbox);
    sandbox.faults.clear();
    violations.push(...(await findViolations({ world, sandbox, submissions, gateway })));
    if (signal === 'SIGTERM') violations.push(...unreported(sandbox, submissions));
    return { submissions, calls, hits, violations, slowestExitMs };
  } finally {
    await gateway.close();
    await sandbox.close();
  }
}

/** On SIGTERM a gateway settles and reports all writes in flight, so an item without a result must not be written. */
function unreported({ ledger }: Sandbox, submissions: readonly Submission[]): Violation[] {
  const traces = new Set(ledger.list().map(traceOf));
  return submissions
    .filter(
      ({ item, result }) =>
        result === null && item.expectation === 'possible' && traces.has(item.ledgerTrace ?? ''),
    )
    .map((submission) =>
      violation('written but not reported', submission.kind.mutation, describeSubmission(submission)),
    );
}

interface GatewayRun {
  readonly submissions: readonly Submission[];
  /** Milliseconds from the signal to the exit. */
  readonly exitMs: number;
  readonly violations: readonly Violation[];
}

/** Starts a gateway, lets callers write through it, and ends it meanwhile. */
async function runAndKill(
  sandbox: Sandbox,
  world: SimulationState,
  signal: CrashOptions['signal'],
  chance: Random,
): Promise<GatewayRun> {
  const { child, url } = await startChild(sandbox);
  const exited = once(child, 'exit');
  let lives = true;
  const driven = submitWrites({ world, mutations, execute: executeAt(url), shouldContinue: () => lives });
  await waitForCalls(sandbox, chance.integer(0, MAX_CALLS), child);
  lives = false;
  const endedAt = performance.now();
  child.kill(signal);
  const [code, killedBy] = await exited;
  const exitMs = Math.round(performance.now() - endedAt);
  const submissions = await driven;
  const isAsMeant = signal === 'SIGTERM' ? code === 0 : killedBy === signal;
  return {
    submissions,
    exitMs,
    violations: [
      ...(isAsMeant ? [] : [violation('exit', null, `${signal} ended it with ${code ?? killedBy}`)]),
      ...(exitMs <= GRACE_MS + SLACK_MS ? [] : [violation('exit', null, `${signal} took ${exitMs} ms`)]),
    ],
  };
}

/** Waits for a number of calls and not for a time, so the result does not depend on the speed of the machine. */
async function waitForCalls({ requests }: Sandbox, calls: number, child: ChildProcess): Promise<void> {
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
      WRITE_SETTLE_MS: String(LATE_WRITE_MS),
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

function executeAt(url: string): Execute {
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
