import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { jsonPost } from '../../support/post.ts';
import { requestText } from '../../support/raw-http.ts';

/** One attack on a gateway. It is bounded, and ends by itself. */
export interface Attack {
  readonly name: string;
  /** `rejecting` answers every call with an error whose title has 80,000 characters. @default sandbox */
  readonly store?: 'rejecting';
  readonly run: (url: string) => Promise<unknown>;
}

const times = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index)).join(' ');

async function send(url: string, body: unknown): Promise<void> {
  const response = await fetch(`${url}/graphql`, jsonPost(body));
  await response.arrayBuffer();
}

/** Sends bodies, some at the same time. */
async function sendAll(url: string, bodies: readonly unknown[], concurrency = 20): Promise<void> {
  const left = bodies.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const body of left) await send(url, body);
    }),
  );
}

const ENUM_QUERY = 'query ($sort: CustomerSort!) { customers(sort: $sort) { totalCount } }';
const EMAILS = times(70, (i) => `a${i}: email`);
const PAGE = `customers(first: 250) { nodes { ${EMAILS} } edges { node { ${EMAILS} } } }`;
const lookups = (seed: number) =>
  `{ ${times(1_000, (i) => `c${seed}x${i}: customer(by: { entityId: ${i + 1} }) { entityId email }`)} }`;

export const ATTACKS: readonly Attack[] = [
  {
    name: 'a parameter name of 980 kB',
    run: (url) => send(url, { query: '{ __typename }', ['Value "'.repeat(140_000)]: 1 }),
  },
  {
    name: 'an enum variable of 980 kB',
    run: (url) => send(url, { query: ENUM_QUERY, variables: { sort: 'cannot represent '.repeat(57_000) } }),
  },
  {
    name: 'a list variable with 5,000 invalid items',
    run: (url) =>
      send(url, {
        query: 'query ($ids: [Int!]) { customers(filter: { entityIds: $ids }) { totalCount } }',
        variables: { ids: Array.from({ length: 5_000 }, () => 'x'.repeat(150)) },
      }),
  },
  {
    name: 'a variable that is nested 100,000 times',
    run: async (url) => {
      const body = `{"query":"{ __typename }","variables":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
      const response = await fetch(`${url}/graphql`, { ...jsonPost({}), body });
      await response.arrayBuffer();
    },
  },
  {
    name: 'titles of the store of 80 kB',
    store: 'rejecting',
    run: (url) =>
      sendAll(
        url,
        Array.from({ length: 20 }, (_, i) => ({
          query: `{ customers(first: ${i + 1}) { nodes { email } } }`,
        })),
      ),
  },
  {
    name: '4,000,000 values by aliases',
    run: (url) => send(url, { query: `{ ${times(100, (i) => `p${i}: ${PAGE}`)} }` }),
  },
  {
    name: '210,000 values in one response',
    run: (url) => send(url, { query: `{ ${times(6, (i) => `p${i}: ${PAGE}`)} }` }),
  },
  {
    name: 'ten such responses in one batch',
    run: (url) =>
      send(
        url,
        Array.from({ length: 10 }, () => ({ query: `{ ${times(6, (i) => `p${i}: ${PAGE}`)} }` })),
      ),
  },
  {
    name: 'an alias of 9,000 characters in 250 records, 80 times',
    run: (url) =>
      send(url, {
        query: `{ ${times(80, (i) => `p${i}: customers(first: 250) { nodes { ...long } }`)} } fragment long on Customer { ${'a'.repeat(9_000)}: email }`,
      }),
  },
  { name: '1,000 look-ups by alias', run: (url) => send(url, { query: lookups(0) }) },
  {
    name: 'ten new documents of 1,000 look-ups',
    run: (url) =>
      sendAll(
        url,
        Array.from({ length: 10 }, (_, i) => ({ query: lookups(i + 1) })),
      ),
  },
  {
    name: '300 new documents of 10 kB',
    run: (url) =>
      sendAll(
        url,
        Array.from({ length: 300 }, (_, i) => ({
          query: `{ customers(first: 1) { nodes { ${times(600, (k) => `a${i}x${k}: email`)} } } }`,
        })),
      ),
  },
  {
    name: 'a document of 10,000 aliases',
    run: (url) => send(url, { query: `{ ${times(10_000, (i) => `a${i}: id`)} }` }),
  },
  { name: 'a document nested 24,000 times', run: (url) => send(url, { query: `${'{ a '.repeat(24_000)}` }) },
  {
    name: 'fields that merge in 10,000 pairs',
    run: (url) =>
      send(url, {
        query: `{ customers(first: 1) { nodes { ${times(100, () => 'addresses { nodes { city } }')} } } }`,
      }),
  },
  {
    name: '200 fragments in one another',
    run: (url) =>
      send(url, {
        query: `{ ...F0 } ${times(199, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F199 on Query { __typename }`,
      }),
  },
  { name: '3,000 pipelined requests', run: pipeline },
  {
    name: '30 clients that do not read',
    run: (url) => Promise.all(Array.from({ length: 30 }, () => readNothing(url))),
  },
];

/** Sends requests without waiting for the responses. */
function pipeline(url: string): Promise<void> {
  const body = JSON.stringify({ query: '{ customers(first: 250) { nodes { email firstName } } }' });
  const one = requestText('POST /graphql HTTP/1.1', headersOf(body), body);
  return open(url, one.repeat(3_000), true);
}

function readNothing(url: string): Promise<void> {
  const body = JSON.stringify({ query: `{ ${times(3, (i) => `p${i}: ${PAGE}`)} }` });
  return open(url, requestText('POST /graphql HTTP/1.1', headersOf(body), body), false);
}

function headersOf(body: string) {
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'keep-alive',
  };
}

/** How long a connection stays open at most, in milliseconds. */
const OPEN_MS = 8_000;

async function open(url: string, text: string, isReading: boolean): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  if (isReading) socket.resume();
  else socket.pause();
  socket.write(text);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await Promise.race([closed, delay(OPEN_MS)]);
  socket.destroy();
}
