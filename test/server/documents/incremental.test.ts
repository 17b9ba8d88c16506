import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../../support/gateway.ts';
import { post } from '../../support/post.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 1 }, { guards: { batching: true } });
});
afterAll(() => gateway.close());

test.each([
  ['application/json', /^application\/json/],
  ['application/graphql-response+json', /^application\/graphql-response\+json/],
  ['multipart/mixed, application/json', /^application\/json/],
  ['text/event-stream', /^application\/(graphql-response\+)?json/],
])('answers a batch whole in the JSON type that its caller accepts: %s', async (accept, type) => {
  const query = '{ customer(by: { entityId: 1 }) { entityId ... @defer { consent { allow } } } }';
  const response = await post(gateway, [{ query }, { query }], accept);
  expect(response.headers.get('content-type')).toMatch(type);
  const customer = { entityId: 1, consent: { allow: expect.any(Array) } };
  expect(await response.json()).toEqual([{ data: { customer } }, { data: { customer } }]);
});
