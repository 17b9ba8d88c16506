import { expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import type { GovernorState } from '../../../src/governor/governor.ts';
import type { CallReport } from '../../../src/rest/client/http.ts';
import { causeOf, createUpstreamLog } from '../../../src/server/observability/upstream-log.ts';

type State = Pick<GovernorState, 'breaker' | 'openCircuits' | 'quota' | 'queued'>;

const IDLE: State = {
  breaker: 'closed',
  openCircuits: [],
  quota: null,
  queued: { interactive: 0, standard: 0, bulk: 0 },
};

const OK: CallReport = {
  operation: 'getCustomers',
  method: 'GET',
  path: '/customers',
  status: 200,
  headers: {},
  durationMs: 12.3,
  failure: null,
  missesScope: false,
  requestId: 'a request',
};
const FAILED: CallReport = { ...OK, status: 502 };

/** A log with a fake clock and a settable state of the governor. */
function setup() {
  const lines: (readonly [level: string, ...line: unknown[]])[] = [];
  const at =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  let state = IDLE;
  let timeMs = 0;
  const logger = { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
  const { observe } = createUpstreamLog({ logger, state: () => state, now: () => timeMs });
  return {
    lines: () => lines.splice(0),
    observe,
    /** Changes the state of the governor, which the end of the next call shows. */
    become(changes: Partial<State>) {
      state = { ...state, ...changes };
      observe(OK);
      return lines.splice(0);
    },
    advance(ms: number) {
      timeMs += ms;
    },
  };
}

const error = (
  code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_BAD_RESPONSE',
  cause?: unknown,
) => new GatewayError(code, '', {}, cause);

test.each<[string | null, number | null, unknown]>([
  [null, 200, null],
  [null, 404, null],
  [null, 422, null],
  ['401', 401, null],
  ['403', 403, null],
  ['429', 429, null],
  ['502', 502, null],
  ['time-out', null, error('UPSTREAM_TIMEOUT')],
  ['ECONNREFUSED', null, error('UPSTREAM_UNAVAILABLE', { code: 'ECONNREFUSED' })],
  ['no response', null, error('UPSTREAM_UNAVAILABLE')],
  ['invalid response', 200, error('UPSTREAM_BAD_RESPONSE')],
  ['UND_ERR_SOCKET', 200, error('UPSTREAM_BAD_RESPONSE', { code: 'UND_ERR_SOCKET' })],
  [null, null, new DOMException('the caller has left', 'AbortError')],
])('the cause is %j of a call with the status %j and the failure %s', (cause, status, failure) => {
  expect(causeOf({ status, failure })).toBe(cause);
});

test('a failed call has a line with its cause and the id of its request', () => {
  const { observe, lines } = setup();
  observe(OK);
  observe(FAILED);
  expect(lines()).toEqual([
    [
      'warn',
      { requestId: 'a request', operation: 'getCustomers', status: 502, durationMs: 12, cause: '502' },
      'upstream failure',
    ],
  ]);
});

test('an outage gets at most 20 lines in 10 seconds, and the next line counts the missing ones', () => {
  const { observe, lines, advance } = setup();
  for (let i = 0; i < 1_000; i += 1) observe(FAILED);
  expect(lines()).toHaveLength(20);
  advance(10_000);
  observe(FAILED);
  observe(FAILED);
  expect(lines()).toMatchObject([
    ['warn', { suppressed: 980 }, 'upstream failure'],
    ['warn', expect.not.objectContaining({ suppressed: expect.anything() }), 'upstream failure'],
  ]);
});

test('the circuit breaker has a line when it opens and when it closes', () => {
  const { become } = setup();
  expect(become({ breaker: 'open' })).toEqual([
    ['error', 'the circuit breaker is open: the store does not work, and calls are rejected'],
  ]);
  expect(become({ breaker: 'half-open' })).toEqual([]);
  expect(become({ breaker: 'closed' })).toEqual([['info', 'the circuit breaker is closed again']]);
});

test('the circuit of each operation has a line when it opens and when it closes', () => {
  const { become } = setup();
  expect(become({ openCircuits: ['createCustomers'] })).toMatchObject([
    ['warn', { operation: 'createCustomers' }, expect.any(String)],
  ]);
  expect(become({ openCircuits: ['createCustomers', 'getConsent'] })).toMatchObject([
    ['warn', { operation: 'getConsent' }, expect.any(String)],
  ]);
  expect(become({ openCircuits: ['getConsent'] })).toMatchObject([
    ['info', { operation: 'createCustomers' }, expect.any(String)],
  ]);
});

test('a pause of the pacing has a line when calls begin to wait for the quota and when they go on', () => {
  const { become } = setup();
  const quota = { limit: 150, remaining: 0, resetMs: 9_000 };
  expect(become({ quota })).toEqual([]);
  expect(become({ queued: { interactive: 1, standard: 2, bulk: 0 } })).toEqual([
    ['warn', { waiting: 3, resetMs: 9_000 }, "the store's quota is used up: calls wait"],
  ]);
  expect(become({})).toEqual([]);
  expect(become({ quota: { ...quota, remaining: 150 } })).toEqual([
    ['info', "the store's quota allows calls again"],
  ]);
});
