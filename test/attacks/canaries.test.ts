import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import { createGateway, type Gateway } from '../support/gateway.ts';
import {
  answer,
  type Behaviour,
  type HostileStore,
  json,
  startHostileStore,
} from '../support/hostile-store.ts';
import { post } from '../support/post.ts';
import { type MakeScalar, type WholeOperation, wholeOperations } from '../support/whole-operations.ts';

// A word that is nobody's goes wherever a token, a password, a name or an address could go. It may come back as data, and
// nowhere else.
const CANARY = /canary/i;

interface Places {
  /** What the caller was told beside the data. */
  readonly errors: unknown;
  readonly explanation: unknown;
}

interface Watched extends Gateway {
  /** What the audit was told, a line each. */
  readonly audit: readonly string[];
}

/** All places where a canary must not be: whoever writes anything down elsewhere adds where. */
const OUTSIDE: Readonly<Record<string, (gateway: Watched) => Promise<string>>> = {
  'the log at debug level': async ({ log }) => log.join('\n'),
  'the audit': async ({ audit }) => audit.join('\n'),
  'the metrics': async ({ app }) => (await app.yoga.fetch('http://gateway/metrics')).text(),
};

const MOMENT = '2026-04-01T14:23:48Z';

/** Where a text has to have a form, it has it. */
const wellFormed: MakeScalar = (type, field) => {
  // A value has one owner, a country two letters.
  if (field === 'addressEntityId') return undefined;
  if (field === 'countryCode') return 'DE';
  if (type === 'Int' || type === 'Float') return 1;
  if (type === 'Boolean') return true;
  if (type === 'DateTime') return MOMENT;
  if (type === 'Date') return MOMENT.slice(0, 10);
  if (type === 'ID') return Buffer.from('Customer:1').toString('base64url');
  return /email/i.test(field) ? 'canary@canary.example' : `canary ${field}`;
};
const anyText: MakeScalar = (type, field) =>
  type === 'Boolean' || type === 'Int' || type === 'Float' ? wellFormed(type, field) : 'canary';
const onlyTexts: MakeScalar = () => 'canary@canary.example';

const isNoPaging = (argument: string) => !/^(first|last|after|before)$/.test(argument);

/** A record of any kind: what the store has of a customer, an address, a value, an instrument, each with a canary. */
const TEXTS = [
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
const record = (value: unknown) => ({
  ...Object.fromEntries(TEXTS.map((name) => [name, value])),
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
  date_created: MOMENT,
  date_modified: MOMENT,
  allow: ['essential'],
  deny: [],
  is_valid: true,
  addresses: [{ id: 1, customer_id: 1, address1: value, first_name: value, country_code: 'DE' }],
  attributes: [{ id: 1, customer_id: 1, attribute_id: 1, attribute_value: value }],
  form_fields: [{ name: value, value }],
  billing_address: { first_name: value, last_name: value, email: value, phone: value },
});
const strange = Object.fromEntries(Object.keys(record('')).map((name) => [name, { canary: 'canary' }]));
const HEADERS = { 'x-canary': 'canary', 'content-type': 'application/json' };
const problem = {
  status: 422,
  // What the store calls its refusal is told, but for what looks like anyone's data.
  title: 'The address canary@canary.example is taken',
  type: 'canary',
  detail: 'canary',
  errors: { canary: 'canary', '0.email': 'canary' },
};

const STORES: Readonly<Record<string, Behaviour>> = {
  'answers as it should': json({
    data: [record('canary')],
    meta: { pagination: { total: 1, count: 1, per_page: 250, current_page: 1, total_pages: 1 } },
  }),
  'answers with what is of no type': json({ data: [strange], meta: { canary: 'canary' } }),
  'answers with one record': json({ data: record('canary') }),
  'refuses what is sent': answer(422, HEADERS, JSON.stringify(problem)),
  'refuses the token': answer(401, HEADERS, JSON.stringify(problem)),
  'refuses the scope': answer(403, HEADERS, JSON.stringify(problem)),
  breaks: answer(500, HEADERS, JSON.stringify(problem)),
  'answers with what is no JSON': answer(200, HEADERS, '{"canary": canary'),
};

/** A clock that goes twenty times as fast: writes whose answers are lost are asked about for seconds. */
const FAST = {
  now: () => performance.now() * 20,
  sleep: (ms: number) => delay(ms / 20),
};

let store: HostileStore;
let behaviour: Behaviour = json({ data: [] });
beforeAll(async () => {
  store = await startHostileStore({}, (socket, request) => behaviour(socket, request));
});
afterAll(() => store.close());

function openGateway(): Watched {
  const lines: string[] = [];
  const append = async (line: string) => void lines.push(line);
  const gateway = createGateway({
    audit: createAudit({ append, onFailure: () => {} }),
    baseUrl: store.url,
    accessToken: 'canary-of-a-token',
    settleMs: 0,
    maxCalls: 1_000,
    clock: FAST,
  });
  return { ...gateway, audit: lines };
}

async function ask(gateway: Gateway, { query, variables }: WholeOperation): Promise<Places> {
  const response = await post(gateway, { query, variables, extensions: { explain: true } });
  const { errors = null, extensions = null } = (await response.json()) as Record<string, unknown>;
  return { errors, explanation: extensions };
}

// Each is asked of a gateway of its own, since one that knows a store to be broken would not ask it again; and all at
// once, since some have to wait for a store that does not recover.
async function expectNoCanary(operations: readonly WholeOperation[]): Promise<void> {
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

describe('what a caller sends is found nowhere', () => {
  test.each([
    ['where it is as it should be', wellFormed, isNoPaging],
    ['where each text is the same', anyText, () => true],
    ['where nothing has its type', onlyTexts, () => true],
  ])('%s', async (_name, makeScalar, isWanted) => {
    behaviour = STORES['answers as it should'] ?? behaviour;
    await expectNoCanary(wholeOperations(makeScalar, isWanted));
  });

  test('in what is no field, parameter, header or address', async () => {
    const odd = [
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
    for (const body of odd) await post(gateway, body);
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

describe('what the store answers is found nowhere but in the data', () => {
  test.each(Object.keys(STORES))('where it %s', { timeout: 120_000 }, async (name) => {
    behaviour = STORES[name] ?? behaviour;
    await expectNoCanary(wholeOperations(wellFormed, isNoPaging));
  });
});

test('canaries were sent, and came back as data', async () => {
  behaviour = STORES['answers as it should'] ?? behaviour;
  const gateway = openGateway();
  const { data } = await gateway.askText('{ customers { nodes { email firstName } } }');
  await gateway.close();
  expect(data).toEqual({ customers: { nodes: [{ email: 'canary', firstName: 'canary' }] } });
  expect(wholeOperations(wellFormed).length).toBeGreaterThan(30);
});
