import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import {
  quotesExactly,
  type RejectedAttempt,
  type RejectedCall,
  readRejection,
} from '../../../src/rest/writes/rejections.ts';

function refusal(
  errors: unknown,
  { status = 422, title = 'Create customers failed.' } = {},
): RejectedAttempt {
  const details = { status, title, ...(status === 429 && { retryAfterMs: 5_000 }) };
  return {
    outcome: 'rejected',
    status,
    body: { status, title, errors },
    error: new GatewayError('UPSTREAM_REJECTED', 'No.', details),
  };
}

/** The reasons by index for a call with items `a`, `b` and `c`. */
function reasons(attempt: RejectedAttempt, { left = [0, 1, 2], ...call }: Options = {}) {
  const byIndex = readRejection(attempt, { count: 3, ...call }).reasonsFor(left);
  return Object.fromEntries([...byIndex].map(([index, { code, field }]) => [index, `${code} ${field}`]));
}

type Options = Partial<RejectedCall> & { readonly left?: readonly number[] };

describe('an error of the store is assigned', () => {
  test('to the item at its index', () => {
    expect(reasons(refusal({ '1.email': 'invalid email' }))).toEqual({ 1: 'INVALID email' });
    expect(reasons(refusal({ '0.id': 'invalid customer ID', '2.first_name': 'length' }))).toEqual({
      0: 'NOT_FOUND entityId',
      2: 'INVALID firstName',
    });
  });

  test('to no item if the index is out of range or missing', () => {
    expect(reasons(refusal({ '7.email': 'invalid email' }))).toEqual({});
    expect(reasons(refusal({ '.customer_create': 'Something.' }))).toEqual({});
    expect(reasons(refusal({}))).toEqual({});
    expect(reasons({ ...refusal({}), body: null })).toEqual({});
    expect(reasons({ ...refusal({}), body: 'Bad request' })).toEqual({});
  });

  test('to the item that its text quotes, if it has no index', () => {
    const said = refusal({ '.customer_create': 'Error creating customers: email b already in use' });
    expect(
      reasons(said, { matchesMessage: (index, text) => quotesExactly(text, 'abc'.charAt(index)) }),
    ).toEqual({
      1: 'TAKEN email',
    });
  });

  test('to the only item, whatever it contains', () => {
    for (const errors of [{}, { email: 'error.path.missing' }, { '.x': 'no' }, 'no', null]) {
      expect([...readRejection(refusal(errors), { count: 1 }).reasonsFor([0]).keys()]).toEqual([0]);
    }
  });

  test('to the only item that was not written', () => {
    expect(reasons(refusal([{ status: 409, errors: { 77: 'exists already' } }]), { left: [2] })).toEqual({
      2: 'TAKEN null',
    });
  });

  test('item by item with separate statuses, if errors are a list', () => {
    const errors = [
      { status: 409, title: 'x', errors: { 0: 'no' } },
      { status: 404, errors: { 2: 'no' } },
    ];
    expect(reasons(refusal(errors))).toEqual({ 0: 'TAKEN null', 2: 'NOT_FOUND null' });
  });

  test('to none of the items that were written', () => {
    expect(reasons(refusal({ '0.key': 'invalid', '1.key': 'invalid' }), { left: [1, 2] })).toEqual({
      1: 'INVALID key',
    });
  });

  test('as a custom mapping of keys defines', () => {
    const resolveKeys: RejectedCall['resolveKeys'] = (keys) => new Map(keys.map((key) => [key, 2]));
    expect(reasons(refusal({ 4711: 'not found' }), { resolveKeys })).toEqual({ 2: 'NOT_FOUND null' });
  });
});

describe('the error of an item', () => {
  function only(text: string, { key = '0.x', status = 422 } = {}) {
    return readRejection(refusal({ [key]: text }, { status }), { count: 1 })
      .reasonsFor([0])
      .get(0);
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
  const reasonOf = (status: number) => readRejection(refusal({}, { status }), { count: 3 }).callReason;
  expect(reasonOf(401)?.code).toBe('FORBIDDEN');
  expect(reasonOf(403)?.code).toBe('FORBIDDEN');
  expect(reasonOf(429)).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 5_000 });
  for (const status of [400, 404, 409, 413, 422]) expect(reasonOf(status)).toBeNull();
});

test('a rejection for the number of items is recognised', () => {
  const isTooLarge = (attempt: RejectedAttempt) => readRejection(attempt, { count: 3 }).isBatchTooLarge;
  expect(isTooLarge(refusal({}, { status: 413 }))).toBe(true);
  expect(isTooLarge(refusal({}, { title: 'Max batch size allowed is 1' }))).toBe(true);
  expect(isTooLarge(refusal({}))).toBe(false);
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
