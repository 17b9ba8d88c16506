import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatewayOnSandbox } from '../../support/gateway.ts';

let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
beforeAll(async () => {
  gateway = await startGatewayOnSandbox({ customers: 1 });
});
afterAll(() => gateway.close());

const BODY = JSON.stringify({ query: '{ __typename }' });

function send(type: string, body = BODY): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': type }, body };
  return Promise.resolve(gateway.app.yoga.fetch('http://gateway/graphql', init));
}

test.each([
  'application/json',
  'Application/JSON',
  'application/json ; charset=utf-8',
  'APPLICATION/JSON;CHARSET=UTF-8',
])('accepts the media type %s', async (type) => {
  expect(await (await send(type)).json()).toEqual({ data: { __typename: 'Query' } });
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  'application/jsonx',
  'text/plain, application/json',
])('refuses the media type %s', async (type) => {
  expect((await send(type)).status).toBe(415);
});

test('skips a byte order mark', async () => {
  expect(await (await send('application/json', `\uFEFF${BODY}`)).json()).toEqual({
    data: { __typename: 'Query' },
  });
});

test.each(['null', '5', '"text"', '{oops', '', '\uFEFF'])('refuses the body %j', async (body) => {
  const response = await send('application/json', body);
  const { errors } = (await response.json()) as { errors: readonly { message: string }[] };
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(/^The request body (is not valid JSON|must be a JSON object)\.$/);
});
