import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../src/sandbox/index.ts';
import { ask, createSilentGateway } from './gateway.ts';

export interface ImportCost {
  /** `first`, `second` or `third`. */
  readonly run: string;
  readonly step: string;
  /** Calls to the store. */
  readonly calls: number;
  /** Minimum number of calls for any client of the REST API. */
  readonly least: number;
  /** Seconds, by a clock that goes ten times faster. */
  readonly seconds: number;
  /** Items by outcome. */
  readonly outcomes: string;
}

const CUSTOMERS = 1_000;
/** Speed of the clock: a window of 30 s takes 3 s. */
const CLOCK_SPEED = 10;
const LATENCY_MS = 100;

const clock = {
  now: () => performance.now() * CLOCK_SPEED,
  sleep: (ms: number) => delay(ms / CLOCK_SPEED),
};

const emails = Array.from({ length: CUSTOMERS }, (_, i) => `import-${i}@example.org`);
const customers = emails.map((email, i) => ({ email, firstName: 'Ada', lastName: `Import ${i}` }));

const LOOK_UP =
  'query ($emails: [String!]!) { customers(first: 250, filter: { emails: $emails }) { nodes { entityId email } } }';
const CREATE =
  'mutation ($customers: [CreateCustomerInput!]!) { createCustomers(input: { customers: $customers }) { results { outcome existing { entityId } customer { entityId } } } }';
const UPDATE =
  'mutation ($customers: [UpdateCustomerInput!]!) { updateCustomers(input: { customers: $customers }) { results { outcome } } }';

/**
 * Imports 1,000 customers twice, as a nightly synchronisation does: looks up who exists, creates the missing, updates the
 * others. The third time it creates all without a look-up. The store has its default quota and 100 ms of latency.
 */
export async function importTwice(): Promise<readonly ImportCost[]> {
  const wallClock = { now: () => performance.timeOrigin + clock.now(), sleep: clock.sleep };
  const sandbox = await startSandbox({ customers: 0, latencyMs: LATENCY_MS, ...wallClock });
  const app = createSilentGateway(sandbox, { deadlineMs: 600_000, clock });

  async function lookUp(): Promise<ReadonlyMap<string, number>> {
    const chunks = Array.from({ length: CUSTOMERS / 250 }, (_, i) => emails.slice(i * 250, (i + 1) * 250));
    const answers = await Promise.all(chunks.map((chunk) => ask(app, LOOK_UP, { emails: chunk })));
    const nodes: { readonly email: string; readonly entityId: number }[] = answers.flatMap(
      (answer) => answer.customers.nodes,
    );
    return new Map(nodes.map(({ email, entityId }) => [email, entityId]));
  }

  const resultsOf = (mutation: string, query: string) => async (items: readonly object[]) =>
    items.length === 0 ? [] : (await ask(app, query, { customers: items }))[mutation].results;
  const create = resultsOf('createCustomers', CREATE);
  const update = resultsOf('updateCustomers', UPDATE);
  const outcomesIn = (results: readonly { readonly outcome: string }[]) =>
    results.map(({ outcome }) => outcome);

  const costs: ImportCost[] = [];
  async function measure<T>(
    run: string,
    step: string,
    least: number,
    work: () => Promise<T>,
    outcomesOf: (result: T) => readonly string[],
  ): Promise<T> {
    sandbox.requests.clear();
    const startedAt = clock.now();
    const result = await work();
    const counts = Map.groupBy(outcomesOf(result), (outcome) => outcome);
    costs.push({
      run,
      step,
      calls: sandbox.requests.list().length,
      least,
      seconds: Math.round((clock.now() - startedAt) / 100) / 10,
      outcomes: [...counts].map(([outcome, some]) => `${some.length} ${outcome}`).join(', '),
    });
    return result;
  }

  const leastCalls = leastLookUps(sandbox.url);
  for (const run of ['first', 'second']) {
    const found = await measure(run, 'look up', leastCalls, lookUp, (all) =>
      [...all.keys()].map(() => 'found'),
    );
    const missing = customers.filter(({ email }) => !found.has(email));
    await measure(run, 'create the missing', missing.length / 10, () => create(missing), outcomesIn);
    const changes = [...found.values()].map((entityId) => ({ entityId, company: 'Import Ltd' }));
    await measure(run, 'update the found', changes.length / 10, () => update(changes), outcomesIn);
  }
  // A client that does not look up: the least would be to know without a call that all of them exist.
  await measure('third', 'create all', 0, () => create(customers), outcomesIn);
  await app.close();
  await sandbox.close();
  return costs;
}

/** Calls that look up all e-mail addresses, in URLs of 2,000 characters. */
function leastLookUps(baseUrl: string): number {
  const room = 2_000 - `${baseUrl}/customers?email:in=&limit=250`.length;
  const length = emails.map(encodeURIComponent).join(',').length;
  return Math.ceil(length / room);
}
