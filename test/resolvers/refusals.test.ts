import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import {
  blameOf,
  isTooMany,
  quotes,
  type Refusal,
  type Suspects,
  wholeProblem,
} from '../../src/resolvers/refusals.ts';

function refusal(errors: unknown, { status = 422, title = 'Create customers failed.' } = {}): Refusal {
  const details = { status, title, ...(status === 429 && { retryAfterMs: 5_000 }) };
  return {
    status,
    body: { status, title, errors },
    error: new GatewayError('UPSTREAM_REJECTED', 'No.', details),
  };
}

const three = ['a', 'b', 'c'];

function blamed(said: Refusal, suspects: Partial<Suspects<string>> = {}) {
  const blame = blameOf(said, { items: three, left: three, ...suspects });
  return Object.fromEntries([...blame].map(([item, { code, field }]) => [item, `${code} ${field}`]));
}

describe('whom a refusal blames', () => {
  test('is who stands at the index that it names', () => {
    expect(blamed(refusal({ '1.email': 'invalid email' }))).toEqual({ b: 'INVALID email' });
    expect(blamed(refusal({ '0.id': 'invalid customer ID', '2.first_name': 'length' }))).toEqual({
      a: 'NOT_FOUND entityId',
      c: 'INVALID firstName',
    });
  });

  test('is nobody where the index is past the end, or there is none', () => {
    expect(blamed(refusal({ '7.email': 'invalid email' }))).toEqual({});
    expect(blamed(refusal({ '.customer_create': 'Something.' }))).toEqual({});
    expect(blamed(refusal({}))).toEqual({});
    expect(blamed({ ...refusal({}), body: null })).toEqual({});
    expect(blamed({ ...refusal({}), body: 'Bad request' })).toEqual({});
  });

  test('is whom its text mentions, where it has no index', () => {
    const said = refusal({ '.customer_create': 'Error creating customers: email b already in use' });
    expect(blamed(said, { mentions: (item, text) => quotes(text, item) })).toEqual({ b: 'TAKEN email' });
  });

  test('is the only one there is, whatever it says', () => {
    for (const errors of [{}, { email: 'error.path.missing' }, { '.x': 'no' }, 'no', null]) {
      expect([...blameOf(refusal(errors), { items: ['a'], left: ['a'] }).keys()]).toEqual(['a']);
    }
  });

  test('is the only one who was not written, where the store did the others', () => {
    expect(blamed(refusal([{ status: 409, errors: { 77: 'exists already' } }]), { left: ['c'] })).toEqual({
      c: 'TAKEN null',
    });
  });

  test('is told one by one, each with a status of its own, where errors are a list', () => {
    const errors = [
      { status: 409, title: 'x', errors: { 0: 'no' } },
      { status: 404, errors: { 2: 'no' } },
    ];
    expect(blamed(refusal(errors))).toEqual({ a: 'TAKEN null', c: 'NOT_FOUND null' });
  });

  test('is not someone who was written', () => {
    expect(blamed(refusal({ '0.key': 'invalid', '1.key': 'invalid' }), { left: ['b', 'c'] })).toEqual({
      b: 'INVALID key',
    });
  });

  test('is whom the reader of the keys says', () => {
    const placesOf: Suspects<string>['placesOf'] = (keys) => new Map(keys.map((key) => [key, 'c']));
    expect(blamed(refusal({ 4711: 'not found' }), { placesOf })).toEqual({ c: 'NOT_FOUND null' });
  });
});

describe('what a refusal says of an item', () => {
  function only(text: string, { key = '0.x', status = 422 } = {}) {
    return [...blameOf(refusal({ [key]: text }, { status }), { items: ['a'], left: ['a'] }).values()][0];
  }

  test.each([
    ['email x@y.org already in use', 'TAKEN'],
    ['a metafield with this namespace and key exists already', 'TAKEN'],
    ['the namespace and key are in use', 'TAKEN'],
    ['invalid customer ID', 'NOT_FOUND'],
    ['invalid attribute ID', 'NOT_FOUND'],
    ['channel 7 does not exist', 'NOT_FOUND'],
    ['the store may have at most 50 attributes', 'LIMIT_EXCEEDED'],
    ['The customer has too many metafields.', 'LIMIT_EXCEEDED'],
    ['error.path.missing', 'REQUIRED'],
    ['must be a number', 'INVALID'],
    ['length must be between 1 and 100', 'INVALID'],
    ['must have at least 7 characters, a letter and a digit', 'INVALID'],
    ['The moon is in the wrong phase.', 'REJECTED'],
  ])('is understood: %s', (text, code) => {
    expect(only(text)?.code).toBe(code);
  });

  test('counts less than its status where that says more', () => {
    expect(only('no', { status: 404 })?.code).toBe('NOT_FOUND');
    expect(only('no', { status: 409 })?.code).toBe('TAKEN');
    expect(only('no', { status: 507 })?.code).toBe('LIMIT_EXCEEDED');
  });

  test.each([
    ['0.email', 'email'],
    ['email', 'email'],
    ['0.id', 'entityId'],
    ['3.customer_id', 'customerEntityId'],
    ['0.attribute_id', 'attributeEntityId'],
    ['0.address_id', 'addressEntityId'],
    ['0.addresses.2.state_or_province', 'addresses.2.stateOrProvince'],
    ['0.authentication.new_password', 'authentication.newPassword'],
    ['0.store_credit_amounts', 'storeCredit'],
    ['privacy_settings.policy_url', 'privacy.policyUrl'],
    ['.customer_create', null],
    ['0', null],
  ])('is about the field that the input calls otherwise: %s', (key, field) => {
    expect(only('invalid', { key })?.field).toBe(field);
  });

  test('is passed on without what it quotes', () => {
    const message = only('email "Ann@Example.org" of ann@example.org, called \'Ann\', is odd.')?.message;
    expect(message).toBe('The store refused it: email … of … called …, is odd.');
  });

  test('is cut where it is long', () => {
    expect(only('x'.repeat(1_000))?.message.length).toBeLessThan(250);
  });
});

test('a refusal of the token or for the quota concerns the whole call', () => {
  expect(wholeProblem(refusal({}, { status: 401 }))?.code).toBe('FORBIDDEN');
  expect(wholeProblem(refusal({}, { status: 403 }))?.code).toBe('FORBIDDEN');
  expect(wholeProblem(refusal({}, { status: 429 }))).toMatchObject({
    code: 'RATE_LIMITED',
    retryAfterMs: 5_000,
  });
  for (const status of [400, 404, 409, 413, 422]) expect(wholeProblem(refusal({}, { status }))).toBeNull();
});

test('a refusal for the number of items is told from one for what they hold', () => {
  expect(isTooMany(refusal({}, { status: 413 }))).toBe(true);
  expect(isTooMany(refusal({}, { title: 'Max batch size allowed is 1' }))).toBe(true);
  expect(isTooMany(refusal({}))).toBe(false);
});

test('a text quotes a value only where it stands whole', () => {
  expect(quotes('email ann@x.org already in use', 'Ann@X.org ')).toBe(true);
  expect(quotes('"ann@x.org" is taken', 'ann@x.org')).toBe(true);
  expect(quotes('In use: ann@x.org.', 'ann@x.org')).toBe(true);
  expect(quotes('email joann@x.org already in use', 'ann@x.org')).toBe(false);
  expect(quotes('email ann@x.org.uk already in use', 'ann@x.org')).toBe(false);
  expect(quotes('emails joann@x.org, ann@x.org are in use', 'ann@x.org')).toBe(true);
  expect(quotes('no name here', 'ann@x.org')).toBe(false);
});
