import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import {
  badResponse,
  connectionError,
  isListTooLong,
  isSplittable,
  rejectedResponse,
  timeoutError,
} from '../../src/rest/errors.ts';

const CALL = { operation: 'getCustomers', method: 'GET', path: '/customers' };

function titleOf(body: unknown): string | undefined {
  return rejectedResponse(CALL, 422, typeof body === 'string' ? body : JSON.stringify(body)).details.title;
}

test.each([
  [301, 'UPSTREAM_BAD_RESPONSE'],
  [304, 'UPSTREAM_BAD_RESPONSE'],
  [400, 'UPSTREAM_REJECTED'],
  [401, 'UPSTREAM_UNAUTHENTICATED'],
  [403, 'UPSTREAM_FORBIDDEN'],
  [404, 'UPSTREAM_REJECTED'],
  [406, 'UPSTREAM_REJECTED'],
  [409, 'UPSTREAM_REJECTED'],
  [413, 'UPSTREAM_REJECTED'],
  [414, 'UPSTREAM_REJECTED'],
  [415, 'UPSTREAM_REJECTED'],
  [422, 'UPSTREAM_REJECTED'],
  [429, 'UPSTREAM_RATE_LIMITED'],
  [500, 'UPSTREAM_UNAVAILABLE'],
  [502, 'UPSTREAM_UNAVAILABLE'],
  [503, 'UPSTREAM_UNAVAILABLE'],
  [504, 'UPSTREAM_UNAVAILABLE'],
  [509, 'UPSTREAM_UNAVAILABLE'],
])('status %i becomes the code %s', (status, code) => {
  const error = rejectedResponse(CALL, status, '');
  expect([error.code, error.details.status, error.details.title]).toEqual([code, status, undefined]);
  expect(error.message).toContain(`The store answered GET /customers with ${status}`);
});

test.each([
  ['getCustomers', 'GET', 'store_v2_customers_read_only.'],
  ['updateCustomers', 'PUT', 'store_v2_customers.'],
  ['deleteCustomers', 'DELETE', 'store_v2_customers.'],
  ['getCustomerStoredInstruments', 'GET', 'store_stored_payment_instruments_read_only.'],
])('a 403 of %s names the scope that the token lacks', (operation, method, scope) => {
  const title = "You don't have a required scope to access the endpoint";
  for (const body of [{ title }, { code: 403, message: title }, { title: 'Forbidden', detail: title }]) {
    const call = { operation, method, path: '/customers' };
    const { message } = rejectedResponse(call, 403, JSON.stringify(body));
    expect(message.endsWith(`The access token needs the scope ${scope}`)).toBe(true);
  }
});

test.each([
  ['', '403.'],
  ['{"title":"Metafield can only be modified by the app that owns it"}', 'owns it.'],
  ['{"code":403,"message":"No access."}', 'No access.'],
])('a 403 that names no scope is reported with its reason alone: %s', (body, end) => {
  const { message } = rejectedResponse({ ...CALL, method: 'PUT' }, 403, body);
  expect(message).not.toMatch(/scope|store_v2/);
  expect(message.endsWith(end)).toBe(true);
});

test('the message of a rejection contains the detail that explains its title', () => {
  const body = { status: 400, title: 'Bad Request', detail: "The namespace can't start with a digit." };
  const error = rejectedResponse(CALL, 400, JSON.stringify(body));
  expect(error.message).toBe(
    "The store answered GET /customers with 400: Bad Request: The namespace can't start with a digit.",
  );
  expect(error.details).toEqual({ status: 400, title: 'Bad Request' });
});

describe('the fields of a rejected read', () => {
  const query = 'id:in=1,2&date_created:min=2024-01-01&name=Ana%20Reis&limit=250';
  const fieldsOf = (body: unknown, call: object = {}) =>
    rejectedResponse({ ...CALL, query, ...call }, 422, JSON.stringify(body)).details.fields;

  test.each([
    [{ errors: { 'id:in': 'must be integers' } }, ['id:in']],
    [{ errors: { id: 'must be integers', limit: 'too large' } }, ['id:in', 'limit']],
    [{ errors: { '0.name': 'unknown' } }, ['name']],
    [{ errors: [{ title: 'Bad', errors: { date_created: 'no date' } }] }, ['date_created:min']],
    [
      {
        title: 'Query parameter "id:in" value may contain only integer values. For input string: "x".',
        errors: {},
      },
      ['id:in'],
    ],
    [
      { title: 'The filter(s): name, date_created:min are not valid filter parameter(s).', errors: {} },
      ['name', 'date_created:min'],
    ],
  ])('are the parameters that %j names', (body, fields) => {
    expect(fieldsOf(body)).toEqual(fields);
  });

  test.each([
    [{ errors: { ana: 'x', 'Ana Reis': 'x', 'ana@example.org': 'x', constructor: 'x' } }],
    [{ title: 'The filter(s): Ana, Reis are not valid', errors: {} }],
    [{ title: 'The limit of names per page', errors: {} }],
    ['no object'],
    [{}],
  ])('contain nothing else of %j', (body) => {
    expect(fieldsOf(body)).toBeUndefined();
  });

  test('are not stated for a write, whose errors refer to its items', () => {
    expect(fieldsOf({ errors: { 'id:in': 'x' } }, { method: 'DELETE' })).toBeUndefined();
  });
});

test('a rejection contains nothing that was sent, in the body or in a filter', () => {
  const title = 'Nora Quist of Madison is unknown';
  const call = { ...CALL, query: 'name:in=Nora+Quist,x&include=addresses', body: [{ city: 'Madison' }] };
  expect(rejectedResponse(call, 422, JSON.stringify({ title })).details.title).toBe('… of … is unknown');
});

describe('the title of a rejection', () => {
  test.each([
    [{ status: 422, title: 'Set customers failed.' }, 'Set customers failed.'],
    [{ code: 403, message: 'No access' }, 'No access'],
    [{ status: 400, detail: 'Bad JSON' }, 'Bad JSON'],
    [{ title: '', message: 'later' }, 'later'],
    [{ title: 7, message: 'The message' }, 'The message'],
    [{ errors: {} }, undefined],
    [[{ title: 'in a list' }], undefined],
    ['plain text', undefined],
    ['', undefined],
    ['<h1>ana@example.com</h1>', undefined],
  ])('of %o is %o', (body, title) => {
    expect(titleOf(body)).toBe(title);
  });

  test.each([
    [
      'Query parameter "id:in" value may contain only integer values. For input string: "Ana Reis".',
      'Query parameter "id:in" value may contain only integer values. For input string: "…".',
    ],
    [
      'Query parameter "name:in" value "Ana Reis" is not valid.',
      'Query parameter "name:in" value "…" is not valid.',
    ],
    ['Customer "Ana Reis" of "Reis Ltd" is locked', 'Customer "…" of "…" is locked'],
    ['For input string: "Ana "Reis" of O"Brien".', 'For input string: "…".'],
    ['For input string: "Ana Re', 'For input string: "…'],
    ['email ana.reis+news@example.com already in use', 'email … already in use'],
    ['Duplicate: <ANA@EXAMPLE.COM>', 'Duplicate: <…>'],
    [
      'The filter(s): foo are not valid filter parameter(s).',
      'The filter(s): foo are not valid filter parameter(s).',
    ],
  ])('%s is returned without quoted values', (title, redacted) => {
    expect(titleOf({ title })).toBe(redacted);
  });

  test('is cut at 200 characters', () => {
    expect(titleOf({ title: 'word '.repeat(1_000) })).toBe('word '.repeat(40).trim());
  });
});

test('only a 429 states when the call can be made again, if that is known', () => {
  const call = { ...CALL, retryAfterMs: () => 250 };
  expect(rejectedResponse(call, 429, '').details).toEqual({ status: 429, retryAfterMs: 250 });
  expect(rejectedResponse(call, 503, '').details).toEqual({ status: 503 });
  expect(rejectedResponse(CALL, 429, '').details).toEqual({ status: 429 });
});

describe('the error for a failed call', () => {
  const error = (code: string, name = 'Error') => Object.assign(new Error('ana@example.com'), { code, name });

  test.each([
    ['before a response', false, error('ECONNREFUSED'), 'UPSTREAM_UNAVAILABLE', ' (ECONNREFUSED)'],
    ['before a response, without a code', false, new Error('?'), 'UPSTREAM_UNAVAILABLE', 'GET /customers.'],
    ['for a thrown value that is not an Error', false, 'what', 'UPSTREAM_UNAVAILABLE', 'GET /customers.'],
    ['in the middle of a response', true, error('UND_ERR_SOCKET'), 'UPSTREAM_BAD_RESPONSE', 'was cut off'],
    [
      'for a body that is too large',
      true,
      error('UND_ERR_RES_EXCEEDED_MAX_SIZE'),
      'UPSTREAM_BAD_RESPONSE',
      'larger than',
    ],
    [
      'for headers that are too large',
      false,
      error('UND_ERR_HEADERS_OVERFLOW'),
      'UPSTREAM_BAD_RESPONSE',
      'not valid HTTP',
    ],
    [
      'for a response that is not HTTP',
      false,
      error('', 'HTTPParserError'),
      'UPSTREAM_BAD_RESPONSE',
      'not valid HTTP',
    ],
  ])('%s keeps the cause but does not quote it', (_name, answering, cause, code, words) => {
    const failure = connectionError(CALL, answering, cause);
    expect(failure.code).toBe(code);
    expect(failure.cause).toBe(cause);
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain('ana@');
  });

  test('states the time limit after a timeout', () => {
    const { code, message } = timeoutError(CALL, 300);
    expect([code, message]).toEqual([
      'UPSTREAM_TIMEOUT',
      'The store did not answer GET /customers within 300 ms.',
    ]);
  });

  test('states why a response is invalid', () => {
    const { code, message } = badResponse(CALL, 'is not JSON');
    expect([code, message]).toEqual([
      'UPSTREAM_BAD_RESPONSE',
      "The store's answer to GET /customers is not JSON.",
    ]);
  });
});

test('a list can be split after 400, 413, 414 and 422, and only 413 and 414 mean that it is too long', () => {
  const statuses = [400, 401, 403, 404, 413, 414, 422, 429, 500];
  const errors = statuses.map((status) => new GatewayError('UPSTREAM_REJECTED', '', { status }));
  expect(statuses.filter((_, i) => isSplittable(errors[i]))).toEqual([400, 413, 414, 422]);
  expect(statuses.filter((_, i) => isListTooLong(errors[i]))).toEqual([413, 414]);
  for (const other of [new Error('413'), { details: { status: 413 } }, null, undefined]) {
    expect([isSplittable(other), isListTooLong(other)]).toEqual([false, false]);
  }
});
