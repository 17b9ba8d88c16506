import { afterEach, expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { jsonPost } from '../support/post.ts';

const QUERIES = 20;
const CUSTOMERS_EACH = 20;
/** One for the customers, and two for each of them. */
const CALLS_EACH = 1 + 2 * CUSTOMERS_EACH;
/** Less than the queries need together. */
const MAX_QUEUED = 200;

const QUERY = `query ($entityIds: [Int!]) {
  customers(first: ${CUSTOMERS_EACH}, filter: { entityIds: $entityIds }) {
    nodes { entityId consent { allow } storedInstruments { type } }
  }
}`;

let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
let listener: Listener | null = null;
afterEach(async () => {
  await listener?.stop();
  listener = null;
  await store.close();
});

function idsOf(query: number): readonly number[] {
  return Array.from({ length: CUSTOMERS_EACH }, (_, i) => query * CUSTOMERS_EACH + i + 1);
}

async function start(options: SandboxOptions = { latencyMs: 5 }): Promise<void> {
  store = await startGatewayOnSandbox(
    { customers: QUERIES * CUSTOMERS_EACH, ...options },
    { maxQueued: MAX_QUEUED },
  );
}

/** Starts the server. @returns what sends it a query, which takes the fast path if its document was validated before */
async function startServer(): Promise<(variables: object, extensions?: object) => Promise<unknown>> {
  const started = await listen(store.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  listener = started;
  return async (variables, extensions) =>
    (await fetch(`${started.url}/graphql`, jsonPost({ query: QUERY, variables, extensions }))).json();
}

async function expectWholeAnswers(
  run: (variables: { readonly entityIds: readonly number[] }, query: number) => Promise<unknown>,
): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: QUERIES }, (_, query) => run({ entityIds: idsOf(query) }, query)),
  );
  for (const answer of answers) {
    expect(JSON.stringify(answer)).not.toContain('"errors":[{');
    expect(answer).toMatchObject({ data: { customers: { nodes: { length: CUSTOMERS_EACH } } } });
  }
}

test('a burst of large queries of one caller does not fill the queue', async () => {
  await start();
  // Until the first response, it is not known that the store sets no quota.
  await store.executeText(QUERY, { entityIds: idsOf(0) });
  await expectWholeAnswers((variables) => store.executeText(QUERY, variables));
});

test('a burst of large queries of many callers does not fill the queue', async () => {
  await start();
  await store.executeText(QUERY, { entityIds: idsOf(0) });
  const callers = Array.from({ length: QUERIES }, (_, i) => store.as({ ...ANONYMOUS, name: `caller ${i}` }));
  await expectWholeAnswers(async (variables, query) => callers[query]?.executeText(QUERY, variables));
});

test('a burst of large queries does not fill the queue on the fast path', async () => {
  await start();
  const run = await startServer();
  await run({ entityIds: idsOf(0) });
  await expectWholeAnswers((variables) => run(variables));
});

test('large queries that overlap share their calls if the quota limits them', async () => {
  await start({ quota: 4 * CALLS_EACH, latencyMs: 100 });
  const run = await startServer();
  await run({ entityIds: idsOf(0) });
  store.calls();
  // Equal but for their extensions, so they do not share one execution.
  await expectWholeAnswers((variables) => run({ entityIds: idsOf(1) }, { variables }));
  expect(store.calls().length).toBeLessThan(2 * CALLS_EACH);
});

test('a large query that waits for its turn ends with its caller', async () => {
  await start({ latencyMs: 50 });
  const run = await startServer();
  await run({ entityIds: idsOf(0) });
  const first = run({ entityIds: idsOf(1) });
  const { url } = listener ?? {};
  const controller = new AbortController();
  const body = { query: QUERY, variables: { entityIds: idsOf(2) } };
  const abandoned = fetch(`${url}/graphql`, { ...jsonPost(body), signal: controller.signal });
  const last = run({ entityIds: idsOf(3) });
  setTimeout(() => controller.abort(), 20);
  await expect(abandoned).rejects.toThrow('abort');
  expect(await first).toHaveProperty('data.customers.nodes.length', CUSTOMERS_EACH);
  expect(await last).toHaveProperty('data.customers.nodes.length', CUSTOMERS_EACH);
  expect(store.calls()).toHaveLength(3 * CALLS_EACH);
});
