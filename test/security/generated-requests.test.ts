import { afterAll, beforeAll, expect, test } from 'vitest';
import { libraryOperations } from '../../src/server/graphiql/library/index.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type HostileStore, startHostileStore } from '../support/hostile-store.ts';
import { expectNoInternals } from '../support/production-gateway.ts';
import { fc } from '../support/property-tests.ts';

// HOSTILE_RUNS=100000 makes a long run, which also prints the CPU time of the most expensive rejection.
const RUNS = Number(process.env.HOSTILE_RUNS ?? 20_000);
const LONG_RUN = process.env.HOSTILE_RUNS !== undefined;

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore();
  gateway = createGateway({ baseUrl: store.url, lateWriteMs: 0, logLevel: 'error' });
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});

const WORDS = [
  ...'{ } ( ) [ ] : = | & ! @ $ ... , " """ # \n \0 \ufeff \ud800 \\'.split(' '),
  ...'query mutation subscription fragment on type extend schema true false null'.split(' '),
  ...'customers nodes edges node addresses customer id email attributes formFields __typename __schema __type'.split(
    ' ',
  ),
  ...'first after filter by entityId Customer Query F $v @skip @include @defer @stream if 1 -0 1e999 9007199254740993'.split(
    ' ',
  ),
  '"x"',
  '"\\u0000"',
  '"\\u{110000}"',
  '{'.repeat(300),
  'a '.repeat(500),
  '@x'.repeat(50),
  '...F ...F',
  'fragment F on Customer',
  '{ customers { nodes {',
  '}}}',
  '(first: 1)',
  '(by: { entityId: 1 })',
  'a: email b: email',
];

const randomWords = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' '));
const selection = fc.letrec<{ level: string }>((tie) => ({
  level: fc.oneof(
    { maxDepth: 6, depthIdentifier: 'level' },
    fc.constantFrom(
      'id',
      'email',
      '__typename',
      '...F',
      '...G',
      'nope',
      'a: id',
      'id @skip(if: $v)',
      'id @defer',
      '',
    ),
    fc
      .tuple(
        fc.constantFrom(
          'customers',
          'nodes',
          'addresses',
          'customer',
          'edges',
          'node',
          '... on Customer',
          '... @defer',
          'x: nodes',
        ),
        fc.array(tie('level'), { maxLength: 5 }),
      )
      .map(([field, below]) => `${field} { ${below.join(' ')} }`),
  ),
})).level;
const structured = fc
  .tuple(
    fc.constantFrom('', 'query ($v: Boolean)', 'mutation', 'subscription'),
    selection,
    selection,
    selection,
  )
  .map(
    ([head, root, f, g]) =>
      `${head} { ${root} } fragment F on Customer { ${f} } fragment G on Query { ${g} }`,
  );
const mutated = fc
  .tuple(
    fc.constantFrom(...libraryOperations.map(({ query }) => query)),
    fc.nat(400),
    fc.nat(30),
    fc.constantFrom(...WORDS),
  )
  .map(([query, at, length, word]) => query.slice(0, at) + word + query.slice(at + length));
const document = fc.oneof(randomWords, structured, mutated);
const request = fc.record(
  {
    query: fc.oneof({ weight: 5, arbitrary: document }, { weight: 1, arbitrary: fc.jsonValue() }),
    variables: fc.jsonValue(),
    operationName: fc.jsonValue(),
    extensions: fc.oneof(
      fc.jsonValue(),
      fc.record({ explain: fc.jsonValue(), persistedQuery: fc.jsonValue() }),
    ),
    documentId: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  { weight: 6, arbitrary: document.map((query) => JSON.stringify({ query })) },
  { weight: 2, arbitrary: request.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

function send(to: Gateway, text: string): Promise<Response> | Response {
  return to.app.yoga.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: text,
  });
}

/** CPU time of this thread, in milliseconds. Unlike elapsed time it does not depend on other load. */
async function cpuTimeOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

test('no generated request causes an internal error', { timeout: 3_600_000 }, async () => {
  const rejections: { readonly cpuMs: number; readonly text: string }[] = [];
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      let response = new Response();
      const cpuMs = await cpuTimeOf(async () => {
        response = await send(gateway, text);
      });
      const answer = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(answer).not.toContain('"INTERNAL"');
      // Messages may contain names from the request.
      expectNoInternals(answer.replaceAll(/"message":"(?:[^"\\]|\\.)*"/g, ''));
      if (LONG_RUN && response.status >= 400) rejections.push({ cpuMs, text });
    }),
    { numRuns: RUNS },
  );
  expect(gateway.log).toEqual([]);
  if (LONG_RUN) await checkCpuTime(rejections);
});

// Garbage collection distorts single measurements, so the most expensive requests are measured again, each on a new
// gateway without caches.
async function checkCpuTime(
  rejections: readonly { readonly cpuMs: number; readonly text: string }[],
): Promise<void> {
  const mostExpensive = rejections.toSorted((a, b) => b.cpuMs - a.cpuMs).slice(0, 20);
  const repeated = [];
  for (const { text } of mostExpensive) {
    const runs = [];
    for (let i = 0; i < 5; i += 1) {
      const fresh = createGateway({ baseUrl: store.url, logLevel: 'error' });
      await send(fresh, '{"query":"{ __typename }"}');
      runs.push(await cpuTimeOf(async () => send(fresh, text)));
      await fresh.close();
    }
    repeated.push({ cpuMs: Math.min(...runs), text });
  }
  const [most = { cpuMs: 0, text: '' }] = repeated.toSorted((a, b) => b.cpuMs - a.cpuMs);
  console.info(
    `The most expensive of ${rejections.length} rejections took ${most.cpuMs} ms of CPU time: ${most.text.slice(0, 200)}`,
  );
  expect(most.cpuMs).toBeLessThan(50);
}
