import { setTimeout as delay } from 'node:timers/promises';
import { CALLS_AT_ONCE } from '../../src/rest/write-rules.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { createGateway } from '../support/gateway.ts';
import { type Ask, drive, type Submission } from './drive.ts';
import { disturb, hitsOf } from './faults.ts';
import { judge, recordsAt, type Violation } from './judge.ts';
import { kinds } from './kinds.ts';
import type { Report } from './report.ts';
import { createWorld } from './world.ts';

export interface StormOptions {
  readonly seed: number;
  /** Items that are submitted in all. */
  readonly writes: number;
  readonly switches?: SandboxOptions['switches'];
}

const CALLERS = 10;
const SETTLE_MS = 15_000;
/** How much faster the clock of a run goes: the ceiling of 15 s takes 300 ms. */
const FASTER = 50;

const clock = {
  now: () => performance.now() * FASTER,
  sleep: (ms: number) => delay(ms / FASTER),
};

/** Lets ten callers write through a gateway at a store where a fifth of the calls go wrong. */
export async function storm({ seed, writes, switches = {} }: StormOptions): Promise<Report> {
  const sandbox = await startSandbox({ quota: 0, customers: 220, seed, switches, sleep: clock.sleep });
  const gateway = createGateway({ baseUrl: sandbox.url, settleMs: SETTLE_MS, clock });
  const ask: Ask = async (query, variables) => (await gateway.askText(query, variables)).data;
  try {
    const world = createWorld({ seed, callers: CALLERS, customers: await customersOf(sandbox) });
    disturb(sandbox, seed);
    sandbox.requests.clear();
    const submissions = await drive({ world, kinds, ask, goesOn: (submitted) => submitted < writes });
    await sandbox.settled();
    const calls = sandbox.requests.counts();
    const hits = hitsOf(sandbox);
    const crowded = overCap(sandbox);
    sandbox.faults.clear();
    const lies = await judge({ world, sandbox, submissions, ask });
    const violations = [...lies, ...doubts(submissions), ...crowded];
    return { submissions, calls, hits, violations };
  } finally {
    await gateway.close();
    await sandbox.close();
  }
}

/** One in a thousand may remain unknown. */
const MOST_UNKNOWN = 0.001;

function doubts(submissions: readonly Submission[]): Violation[] {
  const unknown = submissions.filter(({ result }) => result?.outcome === 'UNKNOWN').length;
  if (unknown <= submissions.length * MOST_UNKNOWN) return [];
  return [`${unknown} of ${submissions.length} are UNKNOWN`];
}

function overCap({ concurrency }: Sandbox): Violation[] {
  return Object.entries(concurrency.highest()).flatMap(([operation, calls]) =>
    calls > (CALLS_AT_ONCE.get(operation) ?? Number.POSITIVE_INFINITY)
      ? [`${calls} calls of ${operation} at once`]
      : [],
  );
}

/** The customers that a store has. */
export async function customersOf(sandbox: Sandbox) {
  const records = await recordsAt(sandbox, '/customers');
  return [...records].map(([id, { email }]) => ({ id, email: String(email) }));
}
