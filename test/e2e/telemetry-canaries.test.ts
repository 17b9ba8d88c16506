import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { jsonPost } from '../support/post.ts';
import { scrapeMetrics } from '../support/prometheus-text.ts';
import { createSpanRecorder, type SpanRecorder } from '../support/spans.ts';

/** Part of every secret or personal value, so a leak of any of them can be found. */
const CANARY = /k4narie/i;
const PERSON = {
  email: 'k4narie@example.org',
  firstName: 'K4narie',
  lastName: 'von K4narie',
  company: 'K4narie & Sons',
  phone: '+32 k4narie',
  notes: 'likes k4narie',
};

let spans: SpanRecorder;
let store: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  spans = createSpanRecorder();
  store = await startGatewayOnSandbox({ token: 'k4narie-token', customers: 20 }, { tracing: spans.tracing });
});
afterEach(() => store.close());

/** All telemetry of the gateway: the log at its most verbose level, the metrics, the spans. */
async function telemetry(): Promise<string> {
  const { text } = await scrapeMetrics(store.app);
  const traced = spans.finished().map(({ name, attributes, events, links, status, resource }) => {
    return { name, attributes, events, links, status, resource: resource.attributes };
  });
  return [...store.log, text, JSON.stringify(traced)].join('\n');
}

const CREATE = `mutation K4narie($input: CreateCustomersInput!) {
  createCustomers(input: $input) { results { errors { code message } customer { k4narie: entityId email } } }
}`;

test('log, metrics and traces contain no input of a caller', async () => {
  const created = {
    ...PERSON,
    authentication: { newPassword: 'k4narie-Secret1' },
    addresses: [
      {
        firstName: 'K4narie',
        lastName: 'K4narie',
        address1: '1 K4narie Road',
        city: 'K4narie',
        countryCode: 'BE',
        postalCode: 'k4narie',
      },
    ],
  };
  const { data, errors } = await store.executeText(CREATE, { input: { customers: [created] } });
  expect(errors).toEqual([]);
  const [{ customer }] = data.createCustomers.results;
  expect(customer.email).toBe(PERSON.email);
  // The same e-mail address again: the store quotes it in its rejection.
  await store.executeText(CREATE, { input: { customers: [{ ...PERSON, firstName: 'Other' }] } });
  await store.executeText(
    `mutation ($email: String!, $password: String!) {
      validateCustomerCredentials(input: { email: $email, password: $password }) { isValid }
    }`,
    { email: PERSON.email, password: 'k4narie-wrong' },
  );
  await store.executeText(
    `query ($email: String!) {
      customer(by: { email: $email }) { email addresses { nodes { city } } consent { allow } }
      customers(filter: { nameLike: ["K4narie"], company: ["K4narie & Sons"] }) { nodes { email } }
    }`,
    { email: PERSON.email },
  );
  // A value of the wrong type, an unknown field, an invalid document.
  await store.executeText('query ($id: Int!) { customer(by: { entityId: $id }) { email } }', {
    id: 'k4narie',
  });
  await store.executeText('{ k4narie(email: "k4narie@example.org") }');
  await store.executeText('{ "k4narie" }');
  expect(await telemetry()).not.toMatch(CANARY);
});

test('log, metrics and traces contain no input of a caller if the store fails with a long message', async () => {
  store.sandbox.faults.set([{ fault: { kind: 'status', status: 500 } }]);
  const { errors } = await store.executeText(
    '{ customer(by: { email: "k4narie@example.org" }) { email } customers(filter: { nameLike: ["k4narie"] }) { totalCount } }',
  );
  expect(errors).toHaveLength(2);
  expect(await telemetry()).not.toMatch(CANARY);
});

test('log, metrics and traces contain no values from the URL, headers or extensions of a request', async () => {
  await store.app.yoga.fetch(
    'http://gateway/graphql?k4narie=k4narie@example.org',
    jsonPost(
      {
        query: 'query K4narie { customers(first: 1) { nodes { email } } }',
        operationName: 'K4narie',
        extensions: { k4narie: 'k4narie' },
      },
      {
        authorization: 'Bearer k4narie',
        cookie: 'session=k4narie',
        'user-agent': 'k4narie',
        'x-request-id': 'k4narie',
        traceparent: '00-k4narie-k4narie-01',
        tracestate: 'vendor=k4narie',
        baggage: 'user=k4narie',
      },
    ),
  );
  expect(spans.tree()).toContain('    GET /customers');
  expect(await telemetry()).not.toMatch(CANARY);
});

test('log, metrics and traces contain no instrument token, address or name from the store', async () => {
  const { data, errors } = await store.executeText(`{
    customers(first: 20) { nodes { email lastName phone entityId storedInstruments { token } } }
  }`);
  expect(errors).toEqual([]);
  interface Person {
    readonly email: string;
    readonly lastName: string;
    readonly phone: string | null;
    readonly storedInstruments: readonly { readonly token: string }[];
  }
  const people: readonly Person[] = data.customers.nodes;
  const tokens = people.flatMap(({ storedInstruments }) => storedInstruments.map(({ token }) => token));
  expect(tokens.length).toBeGreaterThan(0);
  const said = await telemetry();
  const found = people
    .flatMap(({ email, lastName, phone }) => [email, lastName, phone ?? ''])
    .concat(tokens)
    .filter((value) => value.length > 4 && said.includes(value));
  expect(found).toEqual([]);
});
