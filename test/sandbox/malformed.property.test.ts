import { request } from 'node:http';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { fc } from '../support/property-tests.ts';
import { startTestSandbox } from './support/store-client.ts';

interface Malformed {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const paths = fc.constantFrom(
  '/customers',
  '/customers/addresses',
  '/customers/attributes',
  '/customers/attribute-values',
  '/customers/form-field-values',
  '/customers/metafields',
  '/customers/1/metafields',
  '/customers/1/metafields/1',
  '/customers/1/consent',
  '/customers/99999999999999999999/consent',
  '/customers/-1/consent',
  '/customers/%00/consent',
  '/customers/1/stored-instruments',
  '/customers/settings',
  '/customers/settings/channels/1',
  '/customers/settings/channels/0',
  '/customers/validate-credentials',
  '/hooks',
  '/hooks/1',
  '/customers//',
  '/..%2f',
  '/%E0%A4%A',
);
const names = fc.constantFrom(
  'id:in',
  'page',
  'limit',
  'after',
  'date_created:min',
  'include',
  'sort',
  'name:like',
  '',
  '%',
  'x',
);
const values = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    '99999999999999',
    '%',
    '%zz',
    'null',
    '1,,2',
    "';+DROP+TABLE+customers;--",
    '../',
    '1',
    'eyJpZCI6bnVsbH0=',
  ),
  fc.string().map(encodeURIComponent),
);
const query = fc
  .array(fc.tuple(names, values), { maxLength: 3 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
const fields = fc.constantFrom(
  ...[
    'id',
    'email',
    'first_name',
    'last_name',
    'customer_id',
    'attribute_id',
    'address_id',
    'resource_id',
    'value',
  ],
  ...[
    'addresses',
    'attributes',
    'form_fields',
    'channel_ids',
    'authentication',
    'store_credit_amounts',
    'name',
  ],
  ...[
    'type',
    'namespace',
    'key',
    'permission_set',
    'allow',
    'deny',
    'privacy_settings',
    'scope',
    'destination',
  ],
);
const nearly = fc.dictionary(
  fields,
  fc.oneof(fc.jsonValue(), fc.constantFrom(1, 'a@example.com', [], {}, [null], 'read')),
);
const bodies = fc.oneof(
  nearly.map((value) => JSON.stringify(value)),
  fc.array(nearly, { maxLength: 11 }).map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.array(fc.jsonValue(), { maxLength: 12 }).map((value) => JSON.stringify(value)),
  fc.string(),
  fc.constantFrom(
    '[',
    '{}',
    '[null]',
    '[{"id":1e400}]',
    '[{"id":1,"email":{"toString":1}}]',
    '[{"__proto__":{"x":1},"id":1}]',
    '[{"id":2147483648}]',
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
    '[{"email":"\\u0000@example.com","first_name":"\\ud800","last_name":"x"}]',
  ),
);
// Most requests pass admission, because the handlers behind it have more to check.
const mostly = (usual: string, ...others: string[]) =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 9 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
const headers = fc.record({
  'X-Auth-Token': mostly('sandbox', '', 'unknown', 'sandbox-read-only'),
  'Content-Type': mostly('application/json', 'text/xml', ''),
  Accept: mostly('application/json', '*/*', 'text/html', ';;;'),
});
const malformed: fc.Arbitrary<Malformed> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'),
  path: fc.tuple(paths, query).map(([path, search]) => (search ? `${path}?${search}` : path)),
  headers,
  body: bodies,
});

function send(sandbox: Sandbox, { method, path, headers: given, body }: Malformed) {
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const base = new URL(sandbox.url);
    const sent = method === 'GET' ? '' : body;
    // Node sets no Content-Length for a DELETE, and the server would parse the body as the next request.
    const headers = { ...given, 'Content-Length': Buffer.byteLength(sent) };
    const options = {
      host: base.hostname,
      port: base.port,
      method,
      path: base.pathname + path,
      headers,
    };
    const call = request(options, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text });
    });
    call.once('error', reject);
    call.end(sent);
  });
}

test("responds to 500 malformed requests in the vendor's error formats and stays consistent", async () => {
  const { sandbox, get } = await startTestSandbox({
    customers: 12,
    seed: 3,
    limits: { credentialChecks: 0 },
  });
  const first = (await get('/customers?limit=250')).json.data.length;
  await fc.assert(
    fc.asyncProperty(malformed, async (drawn) => {
      const { status, type, text } = await send(sandbox, drawn);
      expect([200, 204, 400, 401, 403, 404, 406, 409, 413, 415, 422]).toContain(status);
      expect(text).not.toMatch(/\n\s+at |node_modules|\.ts:\d/);
      if (status >= 300) expectVendorShape(status, type, text);
    }),
    { numRuns: 500 },
  );
  const changed = sandbox.ledger.list().filter(({ kind }) => kind === 'customer');
  const created = changed.filter(({ change }) => change === 'created').length;
  const deleted = changed.filter(({ change }) => change === 'deleted').length;
  expect((await get('/customers?limit=250')).json.data).toHaveLength(first + created - deleted);
});

function expectVendorShape(status: number, type: string, text: string): void {
  if (type === 'text/plain') {
    expect([status, text]).toEqual([401, expect.stringMatching(/^X-Auth-Token/)]);
    return;
  }
  expect(type).toBe('application/json');
  const body = JSON.parse(text);
  // Partial success of a batch, an error of the payments service, or the usual error body.
  if (body.data) expect(Object.keys(body)).toEqual(['data', 'errors', 'meta']);
  else if (body.code) expect(Object.keys(body)).toEqual(['code', 'message']);
  else expect(body).toMatchObject({ status, title: expect.any(String), type: expect.any(String) });
}
