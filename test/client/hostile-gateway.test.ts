import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type ClientOptions, createClient, GatewayFailure } from '../../src/client/index.ts';
import {
  type Answer,
  cutOff,
  endless,
  json,
  refusal,
  reset,
  silent,
  startHostileGateway,
  text,
} from './hostile-gateway.ts';
import { createRecordingClock } from './recording-clock.ts';

const QUERY = 'query Customer { customer(by: { entityId: 1 }) { firstName } }';
const MUTATION =
  'mutation Import($input: CreateCustomersInput!) { createCustomers(input: $input) { results { outcome } } }';
const VARIABLES = { input: { customers: [{ email: 'a@example.org' }, { email: 'b@example.org' }] } };
const GOOD = json({ data: { customer: { firstName: 'Ana' } } });

async function start(answers: readonly [Answer, ...Answer[]], options: Partial<ClientOptions> = {}) {
  const gateway = await startHostileGateway(...answers);
  const clock = createRecordingClock();
  const client = createClient({ url: gateway.url, clock, random: () => 0, ...options });
  return { gateway, clock, client };
}

async function failureOf(promise: Promise<unknown>): Promise<GatewayFailure> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayFailure)) throw error;
  return error;
}

const PASSING: readonly [string, Answer][] = [
  ['a reset connection', reset],
  ['an answer that is cut off', cutOff],
  ['a page of a proxy with 502', text('<html>Bad Gateway</html>', 502)],
  ['a page with 429', text('Too many requests', 429)],
  ['a page with 503', text('', 503, { 'retry-after': '2' })],
  ['broken JSON', text('{"data": {"cust', 200)],
  ['JSON that is no object', text('null', 200)],
  ['JSON with neither data nor errors', json({})],
  ['errors of another form', json({ errors: [{ message: 'x' }] }, 500)],
  ['errors that are not a list', json({ errors: 'x' }, 500)],
  ['OVERLOADED', refusal('OVERLOADED', 503, { retryAfterMs: 1_000 })],
  ['AUDIT_UNAVAILABLE', refusal('AUDIT_UNAVAILABLE', 503)],
  [
    'a store that is down',
    json({
      data: { customer: null },
      errors: [{ message: 'x', path: ['customer'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    }),
  ],
];

describe('a query', () => {
  test.each(PASSING)('is sent again after %s', async (_, answer) => {
    const { gateway, client, clock } = await start([answer, GOOD]);
    expect(await client.request(QUERY)).toEqual({ customer: { firstName: 'Ana' } });
    expect(gateway.bodies).toHaveLength(2);
    expect(clock.slept.length).toBeGreaterThan(0);
  });

  test.each([
    'BAD_USER_INPUT',
    'FORBIDDEN',
    'GRAPHQL_VALIDATION_FAILED',
    'INTERNAL',
    'OPERATION_TOO_EXPENSIVE',
    'TOO_MANY_ATTEMPTS',
    'UNAUTHENTICATED',
    'UPSTREAM_REJECTED',
  ])('is not sent again after %s', async (code) => {
    const { gateway, client } = await start([refusal(code, 400), GOOD]);
    expect(await failureOf(client.request(QUERY))).toMatchObject({ code, status: 400 });
    expect(gateway.bodies).toHaveLength(1);
  });

  test('that exceeds the budget of its caller is sent again when the budget suffices', async () => {
    const { client, clock } = await start([
      refusal('OPERATION_TOO_EXPENSIVE', 400, { retryAfterMs: 7_000 }),
      GOOD,
    ]);
    await client.request(QUERY);
    expect(clock.slept).toEqual([7_000]);
  });

  test('waits as long as the body says, else as the header says, else twice as long each time', async () => {
    const { client, clock } = await start([
      refusal('OVERLOADED', 503, { retryAfterMs: 1_500 }),
      text('', 503, { 'retry-after': '3' }),
      text('', 503),
      GOOD,
    ]);
    await client.request(QUERY);
    expect(clock.slept).toEqual([1_500, 3_000, 1_000]);
  });

  test('is given up after the attempts that the options allow', async () => {
    const { gateway, client } = await start([reset], { retries: 2 });
    expect(await failureOf(client.request(QUERY))).toMatchObject({ code: 'NETWORK', status: null });
    expect(gateway.bodies).toHaveLength(3);
  });

  test('is given up at once if the gateway asks for a longer wait than the options allow', async () => {
    const { gateway, client } = await start([refusal('OVERLOADED', 503, { retryAfterMs: 90_000 })]);
    expect(await failureOf(client.request(QUERY))).toMatchObject({ retryAfterMs: 90_000 });
    expect(gateway.bodies).toHaveLength(1);
  });

  test.each([
    ['has headers only', silent],
    ['never ends', endless],
  ])('fails in time if the answer %s', async (_, answer) => {
    const { client } = await start([answer], {
      timeoutMs: 100,
      maxBytes: Number.POSITIVE_INFINITY,
      retries: 0,
    });
    expect(await failureOf(client.request(QUERY))).toMatchObject({ code: 'TIMEOUT', mayHaveRun: true });
  });

  test('reads no more of an answer than the options allow', async () => {
    const { gateway, client } = await start([endless], { maxBytes: 100_000 });
    expect(await failureOf(client.request(QUERY))).toMatchObject({ code: 'RESPONSE_TOO_LARGE' });
    expect(gateway.bodies).toHaveLength(1);
  });

  test('ends when its caller aborts, with the reason of the caller', async () => {
    const { client } = await start([silent]);
    const controller = new AbortController();
    const request = client.request(QUERY, undefined, { signal: controller.signal });
    controller.abort(new Error('the page was left'));
    await expect(request).rejects.toThrow('the page was left');
  });

  test('whose fields fail in part keeps the rest', async () => {
    const errors = [{ message: 'No.', path: ['b'], extensions: { code: 'FORBIDDEN' } }];
    const { client } = await start([json({ data: { a: 1, b: null }, errors })]);
    expect(await client.requestPartial(QUERY)).toEqual({ data: { a: 1, b: null }, errors, upstream: null });
    expect(await failureOf(client.request(QUERY))).toMatchObject({
      code: 'FORBIDDEN',
      data: { a: 1, b: null },
    });
  });
});

describe('a mutation', () => {
  const AMBIGUOUS: readonly [string, Answer][] = [
    ...PASSING.filter(([name]) => !['OVERLOADED', 'AUDIT_UNAVAILABLE'].includes(name)),
    ['INTERNAL', refusal('INTERNAL', 500)],
    [
      'a response that is too large',
      refusal('OPERATION_TOO_EXPENSIVE', 400, { limitName: 'responseBytes', retryAfterMs: 1 }),
    ],
    [
      'OVERLOADED beside data',
      json({
        data: { createCustomers: null },
        errors: [{ message: 'x', path: ['createCustomers'], extensions: { code: 'OVERLOADED' } }],
      }),
    ],
  ];

  test.each(AMBIGUOUS)('is not sent again after %s', async (_, answer) => {
    const { gateway, client } = await start([answer, GOOD]);
    expect(await failureOf(client.write(MUTATION, VARIABLES))).toMatchObject({ mayHaveRun: true });
    expect(gateway.bodies).toHaveLength(1);
  });

  test.each(['OVERLOADED', 'AUDIT_UNAVAILABLE'])('that is refused with %s is sent again', async (code) => {
    const { gateway, client } = await start([refusal(code, 503), json({ data: { createCustomers: null } })]);
    await client.request(MUTATION, VARIABLES);
    expect(gateway.bodies).toHaveLength(2);
  });

  test('that is refused for good can not have run', async () => {
    const { client } = await start([refusal('BAD_USER_INPUT', 400)]);
    expect(await failureOf(client.write(MUTATION, VARIABLES))).toMatchObject({ mayHaveRun: false });
  });

  test('is sent again if no connection was made', async () => {
    const { url } = await startHostileGateway(GOOD);
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    // A server on a TCP port has an AddressInfo; other address types belong to pipes.
    const { port } = closed.address() as AddressInfo;
    closed.close();
    let attempts = 0;
    const client = createClient({
      url,
      clock: createRecordingClock(),
      fetch(input, init) {
        attempts += 1;
        return fetch(attempts === 1 ? `http://127.0.0.1:${port}/graphql` : input, init);
      },
    });
    await client.request(MUTATION, VARIABLES);
    expect(attempts).toBe(2);
  });
});
