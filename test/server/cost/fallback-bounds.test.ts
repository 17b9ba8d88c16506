import { afterEach, beforeEach, expect, test } from 'vitest';
import { toGlobalId } from '../../../src/resolvers/inputs/ids.ts';
import type { FaultRule } from '../../../src/sandbox/faults.ts';
import type { Json } from '../../sandbox/support/store-client.ts';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeEach(async () => {
  gateway = await startGatewayOnSandbox({ customers: 30 });
  // Makes the definitions known: the store has few, so a customer holds all values.
  await gateway.executeText('{ customerAttributeDefinitions { nodes { name } } }');
});
afterEach(() => gateway.close());

const rejects = (status: number, rule: Omit<FaultRule, 'fault'>): FaultRule => ({
  ...rule,
  fault: { kind: 'status', status },
});
const IDS = Array.from({ length: 20 }, (_, i) => i + 1);
const UNREADABLE = JSON.stringify({ data: [{ id: 1, attributes: [null], attribute_count: 1 }] });

test.each<readonly [shortcut: string, query: string, fault: FaultRule, calls: number]>([
  [
    'a metafield by its id',
    '{ customer(by: { entityId: 1 }) { metafield(by: { entityId: 99 }) { key } } }',
    rejects(403, { operations: ['getMetafieldsCustomerId'] }),
    3,
  ],
  [
    'a metafield by its global id',
    `{ node(id: "${toGlobalId('CustomerMetafield', 1, 99)}") { id } }`,
    rejects(403, { operations: ['getMetafieldsCustomerId'] }),
    2,
  ],
  [
    'the complete list of metafields',
    '{ customers(first: 5) { nodes { metafields { nodes { key } } } } }',
    rejects(500, { operations: ['getallCustomersMetafields'] }),
    7,
  ],
  [
    'one call with all includes',
    '{ customers(first: 5) { nodes { storeCredit { __typename } shopperProfileId attributes { attributeEntityId } } } }',
    rejects(422, { operations: ['getCustomers'], calls: [1, 3] }),
    7,
  ],
  [
    'one call with the form fields of addresses',
    '{ customerAddresses(first: 5) { nodes { formFields { name } } } }',
    rejects(422, { operations: ['getCustomersAddresses'], calls: [1] }),
    2,
  ],
  [
    'the attribute values in a customer',
    '{ customer(by: { entityId: 1 }) { attributes { attributeEntityId } } }',
    { operations: ['getCustomers'], fault: { kind: 'body', body: UNREADABLE } },
    2,
  ],
  [
    'a list of ids in one call',
    `{ customers(filter: { entityIds: [${IDS}] }) { nodes { email } } }`,
    rejects(422, { operations: ['getCustomers'], calls: [1, 2, 4] }),
    7,
  ],
])('if %s fails, the operation makes at most the calls of atMost', async (_shortcut, query, fault, calls) => {
  gateway.sandbox.faults.set([fault]);
  gateway.sandbox.requests.clear();
  const response = await post(gateway, { query, extensions: { upstream: true } });
  const { atMost } = ((await response.json()) as Json).extensions.upstream;
  await gateway.app.settled();
  const made = gateway.sandbox.requests.list().length;
  expect(made).toBe(calls);
  expect(made).toBeLessThanOrEqual(atMost);
});
