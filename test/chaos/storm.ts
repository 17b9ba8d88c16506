import { setTimeout as delay } from 'node:timers/promises';
import { CALLS_AT_ONCE } from '../../src/rest/write-rules.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { createGateway } from '../support/gateway.ts';
import { type Ask, drive, type Submission } from './drive.ts';
import { disturb, hitsOf } from './faults.ts';
import { judge, nameOf, recordsAt, type Violation } from './judge.ts';
import { kinds } from './kinds.ts';
import type { Report } from './report.ts';
import { createWorld } from './world.ts';

export interface StormOptions {
  readonly seed: number;
  /** Total number of items to submit. */
  readonly writes: number;
  readonly switches?: SandboxOptions['switches'];
}

const CALLERS = 10;
const SETTLE_MS = 15_000;
/** Speed of the run's clock: 15 s take 300 ms. */
const FASTER = 50;

const clock = {
  now: () => performance.now() * FASTER,
  sleep: (ms: number) => delay(ms / FASTER),
};
/** The same clock in Unix milliseconds, for the store. */
const wallClock = { now: () => performance.timeOrigin + clock.now(), sleep: clock.sleep };

/** Lets ten callers write through one gateway while a fifth of the calls to the store fail. */
export async function storm({ seed, writes, switches = {} }: StormOptions): Promise<Report> {
  const sandbox = await openStore({ customers: 220, seed, switches, ...wallClock });
  const gateway = createGateway({ baseUrl: sandbox.url, settleMs: SETTLE_MS, clock });
  const ask: Ask = async (query, variables) => (await gateway.askText(query, variables)).data;
  try {
    const world = createWorld({ seed, callers: CALLERS, ...(await contentsOf(sandbox)) });
    disturb(sandbox, seed);
    sandbox.requests.clear();
    const submissions = await drive({ world, kinds, ask, goesOn: (submitted) => submitted < writes });
    await sandbox.settled();
    const calls = sandbox.requests.counts();
    const hits = hitsOf(sandbox);
    const overLimit = overCap(sandbox);
    sandbox.faults.clear();
    const falseOutcomes = await judge({ world, sandbox, submissions, gateway });
    const violations = [...falseOutcomes, ...doubts(submissions), ...silences(submissions), ...overLimit];
    return { submissions, calls, hits, violations };
  } finally {
    await gateway.close();
    await sandbox.close();
  }
}

/** Maximum fraction of UNKNOWN outcomes. */
const MOST_UNKNOWN = 0.001;

function doubts(submissions: readonly Submission[]): Violation[] {
  const unknown = submissions.filter(({ result }) => result?.outcome === 'UNKNOWN').length;
  if (unknown <= submissions.length * MOST_UNKNOWN) return [];
  return [`${unknown} of ${submissions.length} are UNKNOWN`];
}

// No caller disconnects and no gateway stops in this run, so every item must have a result.
function silences(submissions: readonly Submission[]): Violation[] {
  return submissions
    .filter(({ result }) => result === null)
    .map((submission) => `no result: ${nameOf(submission)}`);
}

function overCap({ concurrency }: Sandbox): Violation[] {
  return Object.entries(concurrency.highest()).flatMap(([operation, calls]) =>
    calls > (CALLS_AT_ONCE.get(operation) ?? Number.POSITIVE_INFINITY)
      ? [`${calls} calls of ${operation} at once`]
      : [],
  );
}

const ATTRIBUTES = 30;

/** A store without a quota, with some attributes that have no values. */
export async function openStore(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox({ quota: 0, limits: { attributes: 0 }, ...options });
  const response = await fetch(`${sandbox.url}/customers/attributes`, {
    method: 'POST',
    headers: { 'X-Auth-Token': sandbox.token, 'Content-Type': 'application/json' },
    body: JSON.stringify(
      Array.from({ length: ATTRIBUTES }, (_, i) => ({ name: `${FREE} ${i}`, type: 'string' })),
    ),
  });
  if (!response.ok) throw new Error(`the store rejected the attributes with ${response.status}`);
  sandbox.ledger.clear();
  return sandbox;
}

const FREE = 'Free attribute';

/** The customers of a store, and the attributes that have no values. */
export async function contentsOf(sandbox: Sandbox) {
  const customers = await recordsAt(sandbox, '/customers');
  const attributes = await recordsAt(sandbox, '/customers/attributes');
  return {
    customers: [...customers].map(([id, { email }]) => ({ id, email: String(email) })),
    attributes: [...attributes].flatMap(([id, { name }]) => (String(name).startsWith(FREE) ? [id] : [])),
  };
}
