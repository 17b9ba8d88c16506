import { type GraphQLEnumType, parse, print } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import {
  createClient,
  GatewayFailure,
  type WriteErrorCode,
  type WriteOutcome,
} from '../../src/client/index.ts';
import { schema } from '../../src/schema/index.ts';
import { listen } from '../../src/server/listen.ts';
import { CustomersPageDocument } from '../generated/operations.ts';
import { createStoreClient } from '../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { createRecordingClock } from './recording-clock.ts';

const UPSERT = `mutation Upsert($input: UpsertCustomerAttributeValuesInput!) {
  upsertCustomerAttributeValues(input: $input) {
    results { index outcome errors { code path retryAfterMs } value { value } }
    summary { total created notAttempted }
  }
}`;

async function start(options: Parameters<typeof startGatewayOnSandbox>[0] = {}) {
  const gateway = await startGatewayOnSandbox({ customers: 5, ...options });
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  onTestFinished(async () => {
    await listener.stop();
    await gateway.close();
  });
  return { ...gateway, url: `${listener.url}/graphql` };
}

test('a query has its data, and reports what it cost', async () => {
  const { url } = await start({ quota: 150 });
  const { data, errors, upstream } = await createClient({ url }).requestPartial(
    '{ customer(by: { entityId: 1 }) { entityId } }',
  );
  expect(data).toEqual({ customer: { entityId: 1 } });
  expect(errors).toEqual([]);
  expect(upstream).toMatchObject({ requests: 1, quota: { limit: 150 } });
});

test('a document of nodes runs if the client can print it', async () => {
  const { url } = await start();
  const document = parse('{ customer(by: { entityId: 1 }) { entityId } }');
  expect(await createClient({ url, print }).request(document)).toEqual({ customer: { entityId: 1 } });
  await expect(createClient({ url }).request(document)).rejects.toThrow('pass `print`');
});

test('a document that codegen has not seen says so', async () => {
  // What the `graphql` function of the client preset returns for a text that is new.
  const request = createClient({ url: 'http://127.0.0.1/graphql' }).request({});
  await expect(request).rejects.toThrow('run codegen again');
});

test('a typed document types the variables and the data', async () => {
  const { url } = await start();
  const data = await createClient({ url, print }).request(CustomersPageDocument, { first: 1 });
  const total: number | undefined = data.customers?.edges.length;
  expect(total).toBe(1);
});

test('a mistake fails with its code and the argument', async () => {
  const { url } = await start();
  const request = createClient({ url }).request('{ customers(first: -1) { nodes { id } } }');
  await expect(request).rejects.toBeInstanceOf(GatewayFailure);
  await expect(request).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    errors: [{ extensions: { argument: 'first' } }],
  });
});

test('items that were not attempted are sent again, and each is written once', async () => {
  const { url, sandbox } = await start({ customers: 12 });
  const store = createStoreClient(sandbox);
  const { json } = await store.send('POST', '/customers/attributes', [{ name: 'Shoes', type: 'string' }]);
  const [{ id: attributeEntityId }] = json.data;
  // The names of attributes cannot be read until the client has waited.
  sandbox.faults.set([{ operations: ['getCustomersAttributes'], fault: { kind: 'status', status: 503 } }]);
  const clock = createRecordingClock(() => sandbox.faults.clear());
  const values = Array.from({ length: 12 }, (_, index) => ({
    customerEntityId: index + 1,
    ...(index % 3 === 0 ? { attributeEntityId } : { attributeName: 'Shoes' }),
    value: `size ${index}`,
  }));
  sandbox.ledger.clear();
  const { data, errors } = await createClient({ url, clock }).write<Upserted, object>(UPSERT, {
    input: { values },
  });
  expect(errors).toEqual([]);
  expect(data?.upsertCustomerAttributeValues).toEqual({
    summary: { total: 12, created: 12, notAttempted: 0 },
    results: values.map(({ value }, index) => ({ index, outcome: 'CREATED', errors: [], value: { value } })),
  });
  expect(clock.slept).toHaveLength(1);
  expect(sandbox.ledger.list()).toHaveLength(12);
});

interface Upserted {
  readonly upsertCustomerAttributeValues: object;
}

test('the outcomes and the codes of items are those of the schema', () => {
  const outcomes: Readonly<Record<WriteOutcome, true>> = {
    CREATED: true,
    DELETED: true,
    FAILED: true,
    NOT_ATTEMPTED: true,
    UNCHANGED: true,
    UNKNOWN: true,
    UPDATED: true,
  };
  const codes: Readonly<Record<WriteErrorCode, true>> = {
    BATCH_REJECTED: true,
    CANCELLED: true,
    CONFLICT: true,
    DUPLICATE: true,
    FORBIDDEN: true,
    INVALID: true,
    LIMIT_EXCEEDED: true,
    NOT_FOUND: true,
    OUTCOME_UNKNOWN: true,
    PREREQUISITE_FAILED: true,
    RATE_LIMITED: true,
    REJECTED: true,
    REQUIRED: true,
    TAKEN: true,
    TIMEOUT: true,
    UPSTREAM_UNAVAILABLE: true,
  };
  const valuesOf = (name: string) =>
    (schema.getType(name) as GraphQLEnumType)
      .getValues()
      .map((value) => value.name)
      .toSorted();
  expect(valuesOf('WriteOutcome')).toEqual(Object.keys(outcomes).toSorted());
  expect(valuesOf('WriteErrorCode')).toEqual(Object.keys(codes).toSorted());
});
