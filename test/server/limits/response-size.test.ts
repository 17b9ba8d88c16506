import { afterEach, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';

type Gateway = Awaited<ReturnType<typeof startGatewayOnSandbox>>;

let gateway: Gateway | undefined;
afterEach(() => gateway?.close());

async function start(options: Parameters<typeof startGatewayOnSandbox>[1]): Promise<Gateway> {
  gateway = await startGatewayOnSandbox({ customers: 300 }, options);
  return gateway;
}

const times = (count: number, item: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join(' ');

test('an operation with too many values is refused before anything is sent', async () => {
  const { executeText, calls } = await start({});
  const fields = times(82, (i) => `a${i}: email`);
  const page = `customers(first: 250) { nodes { ${fields} } edges { node { ${fields} } } }`;
  const { status, data, errors } = await executeText(`{ ${times(6, (i) => `p${i}: ${page}`)} }`);
  expect([status, data, calls()]).toEqual([400, undefined, []]);
  expect(errors).toEqual([
    {
      message:
        'The response may have 250518 values; the limit is 250000. p0.edges alone has up to 21001. Request fewer records or fields at once.',
      extensions: {
        code: 'OPERATION_TOO_EXPENSIVE',
        limitName: 'values',
        actual: 250_518,
        limit: 250_000,
        field: 'p0.edges',
      },
    },
  ]);
});

test('a mutation with too many values is refused before anything is sent', async () => {
  const { executeText, calls } = await start({ maxValues: 100 });
  const { errors } = await executeText(
    'mutation ($ids: [Int!]!) { deleteCustomers(input: { entityIds: $ids }) { results { index outcome } } }',
    { ids: Array.from({ length: 50 }, (_, i) => i + 1) },
  );
  expect([errors[0]?.extensions.code, errors[0]?.extensions.field, calls()]).toEqual([
    'OPERATION_TOO_EXPENSIVE',
    'deleteCustomers.results',
    [],
  ]);
});

test('a query whose response is too large fails as a whole', async () => {
  const { executeText } = await start({ maxResponseBytes: 5_000 });
  const { data, errors } = await executeText('{ customers(first: 250) { nodes { email } } }');
  expect(data).toBeNull();
  expect(errors).toEqual([
    {
      message: 'The response is larger than 5000 bytes. Request fewer records or fields at once.',
      extensions: { code: 'OPERATION_TOO_EXPENSIVE', limitName: 'responseBytes', limit: 5_000 },
    },
  ]);
});

interface Result {
  readonly index: number;
  readonly state: string;
  readonly errors: readonly unknown[];
  readonly who: object | null;
}

test('a mutation whose response is too large reports every outcome, without the records that do not fit', async () => {
  const { executeText } = await start({ maxResponseBytes: 2_000 });
  const customers = Array.from({ length: 20 }, (_, i) => ({
    email: `c${i}@large.example.org`,
    firstName: 'x'.repeat(90),
    lastName: 'Y',
  }));
  const { data, errors } = await executeText(
    `mutation ($customers: [CreateCustomerInput!]!) {
       made: createCustomers(input: { customers: $customers }) {
         results { index state: outcome errors { code } who: customer { firstName } ... on WriteResult { index } }
         summary { created }
       }
     }`,
    { customers },
  );
  const results: readonly Result[] = data.made.results;
  expect(data.made.summary).toEqual({ created: 20 });
  expect(results.map((result) => [result.index, result.state, result.errors])).toEqual(
    customers.map((_, i) => [i, 'CREATED', []]),
  );
  const omitted = results.flatMap(({ who }, i) => (who === null ? [i] : []));
  expect(omitted.length).toBeGreaterThan(2);
  expect(omitted.length).toBeLessThan(20);
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    omitted.map((i) => [['made', 'results', i, 'who'], 'OPERATION_TOO_EXPENSIVE']),
  );
});

test('the operations of a batch share the maximum', async () => {
  const started = await start({ maxResponseBytes: 15_000, guards: { batching: true } });
  const query = '{ customers(first: 200) { nodes { email } } }';
  const response = await post(started, [{ query }, { query }, { query }], 'application/json');
  const results = (await response.json()) as { data: unknown }[];
  expect(results.filter(({ data }) => data !== null)).toHaveLength(1);
});

test('an incremental response ends with an error if it becomes too large', async () => {
  const started = await start({ maxResponseBytes: 3_000 });
  const query = '{ a: __typename ... @defer { customers(first: 250) { nodes { email } } } }';
  const text = await (await post(started, { query }, 'multipart/mixed; deferSpec=20220824')).text();
  expect(text).toContain('"a":"Query"');
  expect(text).toContain('The response is larger than 3000 bytes.');
  expect(text).not.toContain('@');
});

const NESTED = `{
  customers(first: 100) {
    nodes {
      entityId email attributes { name value } metafields { totalCount }
      addresses { nodes { city customer { lastName } } }
    }
  }
  customerAddresses(first: 100) {
    edges { cursor node { entityId customer { email storeCredit { amount } } } }
  }
}`;

test('a response that is computed in many slices is the same, and costs the same calls', async () => {
  const sliced = await start({ sliceMs: 0 });
  const { data, errors } = await sliced.executeText(NESTED);
  const calls = sliced.calls().toSorted();
  await sliced.close();
  const whole = await start({ sliceMs: 3_600_000 });
  expect([errors, data]).toEqual([[], (await whole.executeText(NESTED)).data]);
  expect(calls).toEqual(whole.calls().toSorted());
});
