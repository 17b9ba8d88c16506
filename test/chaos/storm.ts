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
/** The same for the store, which tells the day as well. */
const calendar = { now: () => performance.timeOrigin + clock.now(), sleep: clock.sleep };

/** Lets ten callers write through a gateway at a store where a fifth of the calls go wrong. */
export async function storm({ seed, writes, switches = {} }: StormOptions): Promise<Report> {
  const sandbox = await openStore({ customers: 220, seed, switches, ...calendar });
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
    const crowded = overCap(sandbox);
    sandbox.faults.clear();
    const lies = await judge({ world, sandbox, submissions, gateway });
    const violations = [...lies, ...doubts(submissions), ...silences(submissions), ...crowded];
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

// Nobody leaves here, and nothing ends: whoever gets no result was failed.
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

/** A store without a quota, with some attributes for which nobody has a value. */
export async function openStore(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox({ quota: 0, limits: { attributes: 0 }, ...options });
  const response = await fetch(`${sandbox.url}/customers/attributes`, {
    method: 'POST',
    headers: { 'X-Auth-Token': sandbox.token, 'Content-Type': 'application/json' },
    body: JSON.stringify(
      Array.from({ length: ATTRIBUTES }, (_, i) => ({ name: `${FREE} ${i}`, type: 'string' })),
    ),
  });
  if (!response.ok) throw new Error(`the store refused its attributes with ${response.status}`);
  sandbox.ledger.clear();
  return sandbox;
}

const FREE = 'Free attribute';

/** The customers that a store has, and the attributes for which nobody has a value. */
export async function contentsOf(sandbox: Sandbox) {
  const customers = await recordsAt(sandbox, '/customers');
  const attributes = await recordsAt(sandbox, '/customers/attributes');
  return {
    customers: [...customers].map(([id, { email }]) => ({ id, email: String(email) })),
    attributes: [...attributes].flatMap(([id, { name }]) => (String(name).startsWith(FREE) ? [id] : [])),
  };
}
