import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { quotesExactly } from '../../../src/rest/writes/quotes-exactly.ts';
import {
  type RejectedAttempt,
  type RejectedCall,
  readRejection,
} from '../../../src/rest/writes/rejections.ts';

function rejected(body: unknown, status = 422): RejectedAttempt {
  const details = { status, ...(status === 429 && { retryAfterMs: 5_000 }) };
  return { outcome: 'rejected', status, body, error: new GatewayError('UPSTREAM_REJECTED', 'No.', details) };
}

/** A response in the format of most operations. */
function refusal(
  errors: unknown,
  { status = 422, title = 'Create customers failed.' } = {},
): RejectedAttempt {
  return rejected({ status, title, errors }, status);
}

const CREATE = { id: 'createCustomers', method: 'POST' } as const;
const UPDATE = { id: 'updateCustomers', method: 'PUT' } as const;

type Options = Partial<RejectedCall> & { readonly left?: readonly number[] };

/** The reasons by index for a call with three items. */
function reasons(attempt: RejectedAttempt, { left = [0, 1, 2], ...call }: Options = {}) {
  const items = [{ key: 'a' }, { key: 'b' }, { key: 'c' }];
  const byIndex = readRejection(attempt, { operation: CREATE, items, ...call }).reasonsFor(left);
  return Object.fromEntries([...byIndex].map(([index, { code, field }]) => [index, `${code} ${field}`]));
}

/** The reason for the only item of a call. */
function only(attempt: RejectedAttempt, item: object = {}, operation: RejectedCall['operation'] = CREATE) {
  return readRejection(attempt, { operation, items: [item] })
    .reasonsFor([0])
    .get(0);
}

describe('an error of the store is assigned', () => {
  test('to the item at its index', () => {
    expect(reasons(refusal({ '1.email': 'invalid email' }))).toEqual({ 1: 'INVALID email' });
    expect(reasons(refusal({ '0.id': 'invalid customer ID', '2.first_name': 'length' }))).toEqual({
      0: 'NOT_FOUND entityId',
      2: 'INVALID firstName',
    });
  });

  test.each([
    '1.email',
    '[1].email',
    'items[1].email',
    'customers[1].email',
    '/1/email',
    '$[1].email',
    "[1]['email']",
    'obj.1.email',
    '(1).email',
  ])('to the item at the index in any notation: %s', (key) => {
    expect(reasons(refusal({ [key]: 'invalid' }))).toEqual({ 1: 'INVALID email' });
  });

  test('to a field of the only item, if a list in it has the index', () => {
    const item = { addresses: [{ city: 'a' }, { city: '' }] };
    expect(only(refusal({ 'addresses.1.city': 'invalid' }), item)?.field).toBe('addresses.1.city');
    expect(only(refusal({ 'addresses[1].city': 'invalid' }), item)?.field).toBe('addresses.1.city');
  });

  test('to no item if the index is out of range or missing', () => {
    expect(reasons(refusal({ '7.email': 'invalid email' }))).toEqual({});
    expect(reasons(refusal({ '.customer_create': 'Something.' }))).toEqual({});
    expect(reasons(refusal({}))).toEqual({});
    expect(reasons(rejected(null))).toEqual({});
    expect(reasons(rejected('Bad request'))).toEqual({});
  });

  test('to the item that its text quotes, if it has no index', () => {
    const said = refusal({ '.customer_create': 'Error creating customers: email b already in use' });
    expect(
      reasons(said, { matchesMessage: (index, text) => quotesExactly(text, 'abc'.charAt(index)) }),
    ).toEqual({ 1: 'TAKEN email' });
  });

  test('to the only item, whatever it contains', () => {
    for (const errors of [{}, { email: 'error.path.missing' }, { '.x': 'no' }, 'no', null, ['no'], [{}]]) {
      expect(only(refusal(errors))).toBeDefined();
    }
    for (const body of [null, 'no', [], {}, [[[[[[[[[['deep']]]]]]]]]]]) {
      expect(only(rejected(body))?.message).toMatch(/^The store rejected the item: .+\.$/);
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
      { index: 1, field: 'email', message: 'is required' },
    ];
    expect(reasons(refusal(errors))).toEqual({ 0: 'TAKEN null', 1: 'REQUIRED email', 2: 'NOT_FOUND null' });
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

describe('the code of an error', () => {
  test.each([
    ['email x@y.org already in use', 'TAKEN'],
    [`email ${'x'.repeat(250)}@example.org already in use`, 'TAKEN'],
    ['a metafield with this namespace and key exists already', 'TAKEN'],
    ['the namespace and key are in use', 'TAKEN'],
    ['invalid customer ID', 'NOT_FOUND'],
    ['invalid attribute ID', 'NOT_FOUND'],
    ['invalid identity', 'INVALID'],
    ['channel 7 does not exist', 'NOT_FOUND'],
    ['the store may have at most 50 attributes', 'LIMIT_EXCEEDED'],
    ['The customer has too many metafields.', 'LIMIT_EXCEEDED'],
    ['error.path.missing', 'REQUIRED'],
    ['must be a number', 'INVALID'],
    ['Namespace must not start with a digit.', 'INVALID'],
    ['length must be between 1 and 100', 'INVALID'],
    ['must have at least 7 characters, a letter and a digit', 'INVALID'],
    ['The value "already in use" has the wrong colour.', 'REJECTED'],
    ['The moon is in the wrong phase.', 'REJECTED'],
  ])('is that of its text: %s', (text, code) => {
    expect(only(refusal({ '0.x': text }))?.code).toBe(code);
  });

  test.each([
    [403, 'no', UPDATE, 'FORBIDDEN'],
    [404, 'no', UPDATE, 'NOT_FOUND'],
    [412, 'no', UPDATE, 'CONFLICT'],
    [507, 'no', UPDATE, 'LIMIT_EXCEEDED'],
    [409, 'A resource conflict prevented the request.', UPDATE, 'CONFLICT'],
    [409, 'The record was modified meanwhile.', UPDATE, 'CONFLICT'],
    [409, 'The e-mail address is in use.', UPDATE, 'TAKEN'],
    [409, 'A resource conflict prevented the request.', CREATE, 'TAKEN'],
    [409, 'The customer is being changed.', CREATE, 'CONFLICT'],
    [409, 'no', { id: 'createCustomerMetafields', method: 'POST' }, 'TAKEN'],
    [409, 'no', { id: 'createCustomersMetafields', method: 'POST' }, 'TAKEN'],
    [409, 'no', { id: 'createCustomersAddresses', method: 'POST' }, 'CONFLICT'],
    [409, 'no', { id: 'deleteCustomers', method: 'DELETE' }, 'CONFLICT'],
  ] as const)('is that of the status if it is more specific: %i, %s, %o', (status, text, operation, code) => {
    expect(only(refusal({ '0.x': text }, { status }), {}, operation)?.code).toBe(code);
    expect(only(rejected({ status, title: text }, status), {}, operation)?.code).toBe(code);
  });
});

describe('the field of an error', () => {
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
    ['0.first name', null],
    ['0.__proto__', null],
    [`0${'.a'.repeat(100_000)}`, null],
  ])('has the name of the input: %s', (key, field) => {
    expect(only(refusal({ [key]: 'invalid' }))?.field).toBe(field);
  });

  const fields = [
    { name: 'Nickname', value: 'x' },
    { name: 'Floor', value: 'y' },
  ];

  test.each([
    ['0.form_fields.name', 'field "Floor" does not exist', { form_fields: fields }, 'formFields.1.name'],
    ['0.form_fields.name', 'does not exist', { form_fields: fields }, 'formFields.name'],
    ['0.form_fields.name', 'does not exist', { form_fields: fields.slice(1) }, 'formFields.0.name'],
    [
      '0.addresses.form_fields.name',
      'field "Floor" does not exist',
      { addresses: [{ form_fields: fields }] },
      'addresses.0.formFields.1.name',
    ],
    [
      '0.addresses.1.form_fields.name',
      'no',
      { addresses: [{}, { form_fields: [{}] }] },
      'addresses.1.formFields.0.name',
    ],
  ])('contains the index of a nested item, if it is known: %s, %s', (key, text, item, field) => {
    expect(only(refusal({ [key]: text }), item)?.field).toBe(field);
  });
});

describe('the message of an error', () => {
  const messageOf = (body: unknown, item?: object) => only(rejected(body), item)?.message;
  const message = (reason: string) => `The store rejected the item: ${reason}.`;

  test.each<[string, unknown, string]>([
    ['a detail', { status: 400, title: 'Bad Request', detail: "It can't start so." }, "It can't start so"],
    ['a title', { status: 422, title: 'No more.', errors: {} }, 'No more'],
    ['a message', { code: 403, message: 'No access' }, 'No access'],
    ['a text', { title: 'x', errors: { '0.a': "isn't right" } }, "isn't right"],
    [
      'a list of texts',
      { title: 'x', errors: { '0.a': ['is short', 'is odd.', 'is odd'] } },
      'is short; is odd',
    ],
    ['texts in objects', { title: 'x', errors: { 0: { a: 'is short', b: ['is odd'] } } }, 'is short; is odd'],
    ['messages in objects', { title: 'x', errors: { '0.a': { message: 'is odd' } } }, 'is odd'],
    ['a list of messages', { title: 'x', errors: [{ message: 'is odd' }] }, 'is odd'],
    ['a list without keys', { title: 'x', errors: ['is odd'] }, 'is odd'],
    ['a list of responses', [{ status: 422, message: 'is odd' }], 'is odd'],
    ['an error', { status: 400, error: 'is odd' }, 'is odd'],
    ['a single text', { title: 'x', errors: 'is odd' }, 'is odd'],
  ])('is the reason of the store: %s', (_format, body, reason) => {
    expect(messageOf(body)).toBe(message(reason));
  });

  test('is the status if the store gives no reason', () => {
    expect(messageOf(null)).toBe(message('status 422'));
  });

  test('contains nothing that the store quotes or that was sent', () => {
    const text = 'email "Ann@Example.org" of ann@example.org, called \'Ann\', or Bo Derek, is odd.';
    expect(messageOf({ errors: { '0.email': text } }, { first_name: 'Bo  Derek' })).toBe(
      message('email "…" of …, called \'…\', or …, is odd'),
    );
  });

  test('names fixed values', () => {
    const body = { errors: { '0.type': 'type must not be commercial' } };
    expect(messageOf(body, { address_type: 'commercial' })).toBe(message('type must not be commercial'));
  });

  test('is cut if the text is long', () => {
    expect(messageOf({ title: 'word '.repeat(1_000) })?.length).toBeLessThan(250);
    expect(messageOf({ errors: { '0.a': Array(1_000).fill('is odd ').map(String) } })?.length).toBeLessThan(
      250,
    );
  });

  test('takes no more than a bounded part of a response with very many errors', () => {
    const errors = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`0.f${i}`, `is odd ${i}`]));
    expect(messageOf({ errors })).toMatch(/is odd 0; is odd 1/);
  });
});

describe('a rejection of the whole call', () => {
  const items = [{}, {}, {}];
  const reasonOf = (attempt: RejectedAttempt, operation: RejectedCall['operation'] = UPDATE) =>
    readRejection(attempt, { operation, items }).callReason;

  test('is one for the access token or the quota', () => {
    expect(reasonOf(refusal({}, { status: 401 }))?.code).toBe('FORBIDDEN');
    expect(reasonOf(refusal({}, { status: 429 }))).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 5_000,
    });
    for (const status of [400, 404, 409, 413, 422]) expect(reasonOf(refusal({}, { status }))).toBeNull();
  });

  test('is a 403 that names a missing scope, or gives no reason', () => {
    const title = "You don't have a required scope to access the endpoint";
    for (const body of [{ title }, { message: title }, { title: 'Forbidden', detail: title }, null, {}])
      expect(reasonOf(rejected(body, 403))?.code).toBe('FORBIDDEN');
  });

  test('is not a 403 of an update or a delete with another reason, which can be about one record', () => {
    const body = { status: 403, title: 'Metafield can only be modified by the app that owns it', errors: {} };
    expect(reasonOf(rejected(body, 403))).toBeNull();
    expect(reasonOf(rejected(body, 403), { id: 'deleteCustomersMetafields', method: 'DELETE' })).toBeNull();
    expect(reasonOf(rejected(body, 403), CREATE)).toEqual({
      code: 'FORBIDDEN',
      message: 'The store rejected the call: Metafield can only be modified by the app that owns it.',
      field: null,
      upstreamStatus: 403,
    });
    expect(only(rejected(body, 403), {}, UPDATE)).toMatchObject({
      code: 'FORBIDDEN',
      message: 'The store rejected the item: Metafield can only be modified by the app that owns it.',
    });
  });
});

test('a rejection for the number of items is recognised', () => {
  const isTooLarge = (attempt: RejectedAttempt) =>
    readRejection(attempt, { operation: CREATE, items: [{}, {}, {}] }).isBatchTooLarge;
  expect(isTooLarge(refusal({}, { status: 413 }))).toBe(true);
  expect(isTooLarge(refusal({}, { title: 'Max batch size allowed is 1' }))).toBe(true);
  expect(isTooLarge(rejected({ title: 'Bad Request', detail: 'Maximum batch size allowed is 1' }, 400))).toBe(
    true,
  );
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
  expect(quotesExactly('a '.repeat(1_000_000), 'a b')).toBe(false);
});
