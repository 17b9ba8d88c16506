import { afterEach, expect, test } from 'vitest';
import { type Listener, listen } from '../../src/server/listen.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { jsonPost } from '../support/post.ts';

const QUERIES = 20;
const CUSTOMERS_EACH = 20;
/** Less than the queries need together: each makes one call for its customers, and two for each of them. */
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

async function start(): Promise<void> {
  store = await startGatewayOnSandbox(
    { customers: QUERIES * CUSTOMERS_EACH, latencyMs: 5 },
    { maxQueued: MAX_QUEUED },
  );
}

async function expectWholeAnswers(
  run: (variables: { readonly entityIds: readonly number[] }) => Promise<unknown>,
): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: QUERIES }, (_, query) => run({ entityIds: idsOf(query) })),
  );
  for (const answer of answers) {
    expect(JSON.stringify(answer)).not.toContain('"errors":[{');
    expect(answer).toMatchObject({ data: { customers: { nodes: { length: CUSTOMERS_EACH } } } });
  }
}

test('a burst of large queries of one caller does not fill the queue', async () => {
  await start();
  await expectWholeAnswers((variables) => store.executeText(QUERY, variables));
});

test('a burst of large queries does not fill the queue on the fast path', async () => {
  await start();
  const started = await listen(store.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  listener = started;
  const run = async (variables: object) =>
    (await fetch(`${started.url}/graphql`, jsonPost({ query: QUERY, variables }))).json();
  // The fast path takes documents that were validated before.
  await run({ entityIds: idsOf(0) });
  await expectWholeAnswers(run);
});
