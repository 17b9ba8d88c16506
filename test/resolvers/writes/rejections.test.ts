import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import {
  assignErrors,
  isBatchTooLarge,
  quotesExactly,
  type RejectedItems,
  type Rejection,
  wholeBatchError,
} from '../../../src/resolvers/writes/rejections.ts';

function refusal(errors: unknown, { status = 422, title = 'Create customers failed.' } = {}): Rejection {
  const details = { status, title, ...(status === 429 && { retryAfterMs: 5_000 }) };
  return {
    status,
    body: { status, title, errors },
    error: new GatewayError('UPSTREAM_REJECTED', 'No.', details),
  };
}

const three = ['a', 'b', 'c'];

function blamed(said: Rejection, suspects: Partial<RejectedItems<string>> = {}) {
  const blame = assignErrors(said, { items: three, left: three, ...suspects });
  return Object.fromEntries([...blame].map(([item, { code, field }]) => [item, `${code} ${field}`]));
}

describe('an error of the store is assigned', () => {
  test('to the item at its index', () => {
    expect(blamed(refusal({ '1.email': 'invalid email' }))).toEqual({ b: 'INVALID email' });
    expect(blamed(refusal({ '0.id': 'invalid customer ID', '2.first_name': 'length' }))).toEqual({
      a: 'NOT_FOUND entityId',
      c: 'INVALID firstName',
    });
  });

  test('to no item if the index is out of range or missing', () => {
    expect(blamed(refusal({ '7.email': 'invalid email' }))).toEqual({});
    expect(blamed(refusal({ '.customer_create': 'Something.' }))).toEqual({});
    expect(blamed(refusal({}))).toEqual({});
    expect(blamed({ ...refusal({}), body: null })).toEqual({});
    expect(blamed({ ...refusal({}), body: 'Bad request' })).toEqual({});
  });

  test('to the item that its text quotes, if it has no index', () => {
    const said = refusal({ '.customer_create': 'Error creating customers: email b already in use' });
    expect(blamed(said, { matchesMessage: (item, text) => quotesExactly(text, item) })).toEqual({
      b: 'TAKEN email',
    });
  });

  test('to the only item, whatever it contains', () => {
    for (const errors of [{}, { email: 'error.path.missing' }, { '.x': 'no' }, 'no', null]) {
      expect([...assignErrors(refusal(errors), { items: ['a'], left: ['a'] }).keys()]).toEqual(['a']);
    }
  });

  test('to the only item that was not written', () => {
    expect(blamed(refusal([{ status: 409, errors: { 77: 'exists already' } }]), { left: ['c'] })).toEqual({
      c: 'TAKEN null',
    });
  });

  test('item by item with separate statuses, if errors are a list', () => {
    const errors = [
      { status: 409, title: 'x', errors: { 0: 'no' } },
      { status: 404, errors: { 2: 'no' } },
    ];
    expect(blamed(refusal(errors))).toEqual({ a: 'TAKEN null', c: 'NOT_FOUND null' });
  });

  test('to none of the items that were written', () => {
    expect(blamed(refusal({ '0.key': 'invalid', '1.key': 'invalid' }), { left: ['b', 'c'] })).toEqual({
      b: 'INVALID key',
    });
  });

  test('as a custom mapping of keys defines', () => {
    const resolveKeys: RejectedItems<string>['resolveKeys'] = (keys) =>
      new Map(keys.map((key) => [key, 'c']));
    expect(blamed(refusal({ 4711: 'not found' }), { resolveKeys })).toEqual({ c: 'NOT_FOUND null' });
  });
});

describe('the error of an item', () => {
  function only(text: string, { key = '0.x', status = 422 } = {}) {
    return [...assignErrors(refusal({ [key]: text }, { status }), { items: ['a'], left: ['a'] }).values()][0];
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
  ])('gets its code from the text: %s', (text, code) => {
    expect(only(text)?.code).toBe(code);
  });

  test('gets its code from the status if that is more specific', () => {
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
  ])('has the field name of the input: %s', (key, field) => {
    expect(only('invalid', { key })?.field).toBe(field);
  });

  test('does not contain what the text of the store quotes', () => {
    const message = only('email "Ann@Example.org" of ann@example.org, called \'Ann\', is odd.')?.message;
    expect(message).toBe('The store rejected the item: email … of … called …, is odd.');
  });

  test('has a truncated message if the text is long', () => {
    expect(only('x'.repeat(1_000))?.message.length).toBeLessThan(250);
  });
});

test('a rejection for the access token or the quota concerns the whole call', () => {
  expect(wholeBatchError(refusal({}, { status: 401 }))?.code).toBe('FORBIDDEN');
  expect(wholeBatchError(refusal({}, { status: 403 }))?.code).toBe('FORBIDDEN');
  expect(wholeBatchError(refusal({}, { status: 429 }))).toMatchObject({
    code: 'RATE_LIMITED',
    retryAfterMs: 5_000,
  });
  for (const status of [400, 404, 409, 413, 422]) expect(wholeBatchError(refusal({}, { status }))).toBeNull();
});

test('a rejection for the number of items is recognised', () => {
  expect(isBatchTooLarge(refusal({}, { status: 413 }))).toBe(true);
  expect(isBatchTooLarge(refusal({}, { title: 'Max batch size allowed is 1' }))).toBe(true);
  expect(isBatchTooLarge(refusal({}))).toBe(false);
});

test('a text quotes a value only if it contains it as a whole word', () => {
  expect(quotesExactly('email ann@x.org already in use', 'Ann@X.org ')).toBe(true);
  expect(quotesExactly('"ann@x.org" is taken', 'ann@x.org')).toBe(true);
  expect(quotesExactly('In use: ann@x.org.', 'ann@x.org')).toBe(true);
  expect(quotesExactly('email joann@x.org already in use', 'ann@x.org')).toBe(false);
  expect(quotesExactly('email ann@x.org.uk already in use', 'ann@x.org')).toBe(false);
  expect(quotesExactly('emails joann@x.org, ann@x.org are in use', 'ann@x.org')).toBe(true);
  expect(quotesExactly('no name here', 'ann@x.org')).toBe(false);
});
