import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examples } from '../../src/server/graphiql.ts';
import { expectNoInside } from '../support/fortress.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import { type HostileStore, startHostileStore } from '../support/hostile-store.ts';

// HOSTILE_RUNS=100000 makes it a long run, which tells how much work the costliest refusal was.
const RUNS = Number(process.env.HOSTILE_RUNS ?? 20_000);
const LONG_RUN = process.env.HOSTILE_RUNS !== undefined;

let store: HostileStore;
let gateway: Gateway;
beforeAll(async () => {
  store = await startHostileStore();
  gateway = createGateway({ baseUrl: store.url, settleMs: 0, logLevel: 'error' });
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

const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' '));
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
const shaped = fc
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
const cut = fc
  .tuple(
    fc.constantFrom(...examples.map(({ query }) => query)),
    fc.nat(400),
    fc.nat(30),
    fc.constantFrom(...WORDS),
  )
  .map(([query, at, length, word]) => query.slice(0, at) + word + query.slice(at + length));
const document = fc.oneof(soup, shaped, cut);
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

/** Milliseconds for which the thread worked, whatever else the machine did meanwhile. */
async function workOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

test('nothing that can be sent is a failure of the gateway', { timeout: 3_600_000 }, async () => {
  const refusals: { readonly work: number; readonly text: string }[] = [];
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      let response = new Response();
      const work = await workOf(async () => {
        response = await send(gateway, text);
      });
      const answer = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(answer).not.toContain('"INTERNAL"');
      // Messages may name what was asked for.
      expectNoInside(answer.replaceAll(/"message":"(?:[^"\\]|\\.)*"/g, ''));
      if (LONG_RUN && response.status >= 400) refusals.push({ work, text });
    }),
    { numRuns: RUNS },
  );
  expect(gateway.log).toEqual([]);
  if (LONG_RUN) await judgeWork(refusals);
});

// The garbage of all of them is collected during some: so the costliest are tried again, each by a gateway to whom they
// are new.
async function judgeWork(
  refusals: readonly { readonly work: number; readonly text: string }[],
): Promise<void> {
  const costliest = refusals.toSorted((one, other) => other.work - one.work).slice(0, 20);
  const again = [];
  for (const { text } of costliest) {
    const tries = [];
    for (let i = 0; i < 5; i += 1) {
      const fresh = createGateway({ baseUrl: store.url, logLevel: 'error' });
      await send(fresh, '{"query":"{ __typename }"}');
      tries.push(await workOf(async () => send(fresh, text)));
      await fresh.close();
    }
    again.push({ work: Math.min(...tries), text });
  }
  const [most = { work: 0, text: '' }] = again.toSorted((one, other) => other.work - one.work);
  console.info(
    `The costliest of ${refusals.length} refusals took ${most.work} ms of work: ${most.text.slice(0, 200)}`,
  );
  expect(most.work).toBeLessThan(50);
}
