import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuditLog } from '../../src/access/audit-log.ts';
import { type FullOperation, fullOperations, type MakeScalar } from '../support/full-operations.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import {
  type Behaviour,
  type HostileStore,
  respondJson,
  respondWith,
  startHostileStore,
} from '../support/hostile-store.ts';
import { post } from '../support/post.ts';

// A marker word replaces every token, password, name and address. It may appear in response data, and nowhere else.
const CANARY = /canary/i;

/** The parts of a response other than data. */
interface Places {
  readonly errors: unknown;
  readonly explanation: unknown;
}

interface Watched extends Gateway {
  /** The lines of the audit log. */
  readonly audit: readonly string[];
}

/** All outputs that must not contain a canary. Extend this list with every new output. */
const OUTSIDE: Readonly<Record<string, (gateway: Watched) => Promise<string>>> = {
  'the log at debug level': async ({ log }) => log.join('\n'),
  'the audit log': async ({ audit }) => audit.join('\n'),
  'the metrics': async ({ app }) => (await app.yoga.fetch('http://gateway/metrics')).text(),
};

const TIMESTAMP = '2026-04-01T14:23:48Z';

/** Valid values for all scalars, with canaries in free text. */
const wellFormed: MakeScalar = (type, field) => {
  // A form field value has exactly one owner, and a country code has two letters.
  if (field === 'addressEntityId') return undefined;
  if (field === 'countryCode') return 'DE';
  if (type === 'Int' || type === 'Float') return 1;
  if (type === 'Boolean') return true;
  if (type === 'DateTime') return TIMESTAMP;
  if (type === 'Date') return TIMESTAMP.slice(0, 10);
  if (type === 'ID') return Buffer.from('Customer:1').toString('base64url');
  return /email/i.test(field) ? 'canary@canary.example' : `canary ${field}`;
};
const sameText: MakeScalar = (type, field) =>
  type === 'Boolean' || type === 'Int' || type === 'Float' ? wellFormed(type, field) : 'canary';
const wrongTypes: MakeScalar = () => 'canary@canary.example';

const isNotPaging = (argument: string) => !/^(first|last|after|before)$/.test(argument);

/** The text fields of all record types of the store. */
const TEXT_FIELDS = [
  'email',
  'first_name',
  'last_name',
  'company',
  'phone',
  'notes',
  'tax_exempt_category',
  'address1',
  'address2',
  'city',
  'state_or_province',
  'postal_code',
  'country',
  'name',
  'value',
  'attribute_value',
  'namespace',
  'key',
  'description',
  'registration_ip_address',
  'token',
  'masked_number',
  'last_4',
  'brand',
  'issuer_identification_number',
  'origin_channel_id_text',
];
/** A record with the fields of all record types, and `value` in every text field. */
const record = (value: unknown) => ({
  ...Object.fromEntries(TEXT_FIELDS.map((name) => [name, value])),
  id: 1,
  customer_id: 1,
  attribute_id: 1,
  resource_id: 1,
  channel_id: 1,
  address_id: 1,
  country_code: 'DE',
  address_type: 'residential',
  type: 'string',
  permission_set: 'app_only',
  resource_type: 'customer',
  date_created: TIMESTAMP,
  date_modified: TIMESTAMP,
  allow: ['essential'],
  deny: [],
  is_valid: true,
  addresses: [{ id: 1, customer_id: 1, address1: value, first_name: value, country_code: 'DE' }],
  attributes: [{ id: 1, customer_id: 1, attribute_id: 1, attribute_value: value }],
  form_fields: [{ name: value, value }],
  billing_address: { first_name: value, last_name: value, email: value, phone: value },
});
const malformed = Object.fromEntries(Object.keys(record('')).map((name) => [name, { canary: 'canary' }]));
const HEADERS = { 'x-canary': 'canary', 'content-type': 'application/json' };
const problem = {
  status: 422,
  // Errors include the store's title, after personal data is redacted.
  title: 'The address canary@canary.example is taken',
  type: 'canary',
  detail: 'canary',
  errors: { canary: 'canary', '0.email': 'canary' },
};

const STORES: Readonly<Record<string, Behaviour>> = {
  'returns valid responses': respondJson({
    data: [record('canary')],
    meta: { pagination: { total: 1, count: 1, per_page: 250, current_page: 1, total_pages: 1 } },
  }),
  'returns fields of the wrong type': respondJson({ data: [malformed], meta: { canary: 'canary' } }),
  'returns an object instead of a list': respondJson({ data: record('canary') }),
  'rejects the request': respondWith(422, HEADERS, JSON.stringify(problem)),
  'rejects the access token': respondWith(401, HEADERS, JSON.stringify(problem)),
  'returns 403': respondWith(403, HEADERS, JSON.stringify(problem)),
  'returns 500': respondWith(500, HEADERS, JSON.stringify(problem)),
  'returns invalid JSON': respondWith(200, HEADERS, '{"canary": canary'),
};

/** A clock at 20 times the speed, because reading back lost writes takes seconds. */
const FAST_CLOCK = {
  now: () => performance.now() * 20,
  sleep: (ms: number) => delay(ms / 20),
};

let store: HostileStore;
let behaviour: Behaviour = respondJson({ data: [] });
beforeAll(async () => {
  store = await startHostileStore({}, (socket, request) => behaviour(socket, request));
});
afterAll(() => store.close());

function openGateway(): Watched {
  const lines: string[] = [];
  const append = async (line: string) => void lines.push(line);
  const gateway = createGateway({
    auditLog: createAuditLog({ append, onFailure: () => {} }),
    baseUrl: store.url,
    accessToken: 'canary-of-a-token',
    lateWriteMs: 0,
    maxCalls: 1_000,
    clock: FAST_CLOCK,
  });
  return { ...gateway, audit: lines };
}

async function ask(gateway: Gateway, { query, variables }: FullOperation): Promise<Places> {
  const response = await post(gateway, { query, variables, extensions: { explain: true } });
  const { errors = null, extensions = null } = (await response.json()) as Record<string, unknown>;
  return { errors, explanation: extensions };
}

// Each operation gets its own gateway, because the circuit breaker of a shared one would open. All run concurrently,
// because some wait for a store that does not recover.
async function expectNoCanary(operations: readonly FullOperation[]): Promise<void> {
  await Promise.all(
    operations.map(async (operation) => {
      const gateway = openGateway();
      expect(JSON.stringify(await ask(gateway, operation)), operation.name).not.toMatch(CANARY);
      await expectNoneOutside(gateway);
      await gateway.close();
    }),
  );
}

async function expectNoneOutside(gateway: Watched): Promise<void> {
  for (const [place, read] of Object.entries(OUTSIDE))
    expect(
      (await read(gateway)).split('\n').filter((line) => CANARY.test(line)),
      place,
    ).toEqual([]);
}

describe('input of callers does not leak', () => {
  test.each([
    ['valid values', wellFormed, isNotPaging],
    ['the same text in every string', sameText, () => true],
    ['values of the wrong type', wrongTypes, () => true],
  ])('does not leak %s', async (_name, makeScalar, isWanted) => {
    behaviour = STORES['returns valid responses'] ?? behaviour;
    await expectNoCanary(fullOperations(makeScalar, isWanted));
  });

  test('does not leak unknown fields, parameters, headers and paths', async () => {
    const bodies = [
      { query: '{ __typename }', 'canary@example.org': 1 },
      { query: '{ __typename }', operationName: 'canary@example.org' },
      {
        query: 'query ($canary: Int!) { customer(by: { entityId: $canary }) { id } }',
        variables: { other: 'canary' },
      },
      { query: '{ __typename } "canary' },
      { query: '{ customer(by: { email: "canary@example.org", entityId: 1 }) { id } }' },
    ];
    const gateway = openGateway();
    for (const body of bodies) await post(gateway, body);
    const headers = {
      authorization: 'Bearer canary',
      cookie: 'canary=canary',
      referer: 'https://canary.example',
      origin: 'https://canary.example',
    };
    await gateway.app.yoga.fetch('http://gateway/canary@example.org?canary=canary', { headers });
    await gateway.app.yoga.fetch('http://gateway/graphql?query={__typename}&canary=canary', { headers });
    await expectNoneOutside(gateway);
    await gateway.close();
  });
});

describe('responses of the store leak nowhere except into data', () => {
  test.each(Object.keys(STORES))(
    'does not leak values of a store that %s',
    { timeout: 120_000 },
    async (name) => {
      behaviour = STORES[name] ?? behaviour;
      await expectNoCanary(fullOperations(wellFormed, isNotPaging));
    },
  );
});

test('canaries are sent and returned as data', async () => {
  behaviour = STORES['returns valid responses'] ?? behaviour;
  const gateway = openGateway();
  const { data } = await gateway.executeText('{ customers { nodes { email firstName } } }');
  await gateway.close();
  expect(data).toEqual({ customers: { nodes: [{ email: 'canary', firstName: 'canary' }] } });
  expect(fullOperations(wellFormed).length).toBeGreaterThan(30);
});
