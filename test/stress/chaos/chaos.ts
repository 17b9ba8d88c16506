import { setTimeout as delay } from 'node:timers/promises';
import { MAX_CONCURRENCY } from '../../../src/rest/operations.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.ts';
import { shopper } from '../../support/callers.ts';
import { createGateway } from '../../support/gateway.ts';
import { faultHits, injectFaults } from './faults.ts';
import { mutations } from './mutations.ts';
import type { Answer, Report } from './report.ts';
import { createSimulation } from './simulation.ts';
import { type Execute, type Submission, submitWrites } from './submit.ts';
import { describeSubmission, findViolations, readRecords, type Violation, violation } from './verify.ts';
import { viewerMutations } from './viewer-mutations.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** Total number of items to submit. */
  readonly writes: number;
  readonly switches?: SandboxOptions['switches'];
}

const CALLERS = 10;
const LATE_WRITE_MS = 15_000;
/** Speed of the run's clock: 15 s take 300 ms. */
const CLOCK_SPEED = 50;

const clock = {
  now: () => performance.now() * CLOCK_SPEED,
  sleep: (ms: number) => delay(ms / CLOCK_SPEED),
};
/** The same clock in Unix milliseconds, for the store. */
const wallClock = { now: () => performance.timeOrigin + clock.now(), sleep: clock.sleep };

/** Lets ten callers write through one gateway while a fifth of the calls to the store fail. */
export async function runChaos({ seed, writes, switches = {} }: ChaosOptions): Promise<Report> {
  const sandbox = await openStore({ customers: 220, seed, switches, ...wallClock });
  const gateway = createGateway({ baseUrl: sandbox.url, lateWriteMs: LATE_WRITE_MS, clock });
  const answers: Answer[] = [];
  const execute: Execute = async (query, variables, customerId) => {
    const client = customerId === null ? gateway : gateway.as(shopper(customerId));
    return (await client.executeText(query, variables)).data;
  };
  try {
    const world = createSimulation({
      seed,
      callers: CALLERS,
      respells: switches.respells ?? false,
      ...(await readContents(sandbox)),
    });
    injectFaults(sandbox, seed);
    sandbox.requests.clear();
    const submissions = await submitWrites({
      world,
      mutations: [...mutations, ...viewerMutations],
      execute,
      onAnswer: (mutation, ms) => answers.push({ mutation, ms }),
      now: clock.now,
      shouldContinue: (submitted) => submitted < writes,
    });
    await sandbox.settled();
    const calls = sandbox.requests.counts();
    const hits = faultHits(sandbox);
    const overLimit = overConcurrencyLimit(sandbox);
    sandbox.faults.clear();
    const falseOutcomes = await findViolations({ world, sandbox, submissions, gateway });
    const violations = [
      ...falseOutcomes,
      ...tooManyUnknown(submissions),
      ...withoutResult(submissions),
      ...overLimit,
    ];
    return { submissions, calls, hits, violations, answers };
  } finally {
    await gateway.close();
    await sandbox.close();
  }
}

/** Maximum fraction of UNKNOWN outcomes, and their number in a run that is too short for it: one batch. */
const MAX_UNKNOWN_SHARE = 0.001;
const MAX_UNKNOWN_IN_SHORT_RUN = 10;

function tooManyUnknown(submissions: readonly Submission[]): Violation[] {
  const unknown = submissions.filter(({ result }) => result?.outcome === 'UNKNOWN').length;
  if (unknown <= Math.max(submissions.length * MAX_UNKNOWN_SHARE, MAX_UNKNOWN_IN_SHORT_RUN)) return [];
  return [violation('UNKNOWN', null, `${unknown} of ${submissions.length} are UNKNOWN`)];
}

// No caller disconnects and no gateway stops in this run, so every item must have a result.
function withoutResult(submissions: readonly Submission[]): Violation[] {
  return submissions
    .filter(({ result }) => result === null)
    .map((submission) => violation('no result', submission.kind.mutation, describeSubmission(submission)));
}

function overConcurrencyLimit({ concurrency }: Sandbox): Violation[] {
  return Object.entries(concurrency.peak()).flatMap(([operation, calls]) =>
    calls > (MAX_CONCURRENCY.get(operation) ?? Number.POSITIVE_INFINITY)
      ? [violation('too many calls', null, `${calls} calls of ${operation} at once`)]
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
      Array.from({ length: ATTRIBUTES }, (_, i) => ({ name: `${UNUSED_PREFIX} ${i}`, type: 'string' })),
    ),
  });
  if (!response.ok) throw new Error(`the store rejected the attributes with ${response.status}`);
  sandbox.ledger.clear();
  return sandbox;
}

const UNUSED_PREFIX = 'Free attribute';

/** The customers of a store, and the attributes that have no values. */
export async function readContents(sandbox: Sandbox) {
  const customers = await readRecords(sandbox, '/customers');
  const addresses = await readRecords(sandbox, '/customers/addresses');
  const attributes = await readRecords(sandbox, '/customers/attributes');
  return {
    customers: [...customers].map(([id, { email, channel_ids }]) => ({
      id,
      email: String(email),
      isOnEveryChannel: channel_ids === null,
    })),
    addresses: [...addresses.values()],
    attributes: [...attributes].flatMap(([id, { name }]) =>
      String(name).startsWith(UNUSED_PREFIX) ? [id] : [],
    ),
  };
}
