import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { respellBody, respellEmail, respellState, respellText } from '../../src/sandbox/respelling.ts';
import { createStoreClient } from './support/store-client.ts';

test.each([
  [respellText, 'Mu\u0308ller  &  So\u0308hne 🙂', 'Müller &amp; Söhne'],
  [respellText, 'a &amp; b', 'a &amp; b'],
  [respellState, 'CA', 'California'],
  [respellState, ' Oregon ', 'Oregon'],
  [respellEmail, ' Ada@Exämple.org', 'ada@xn--exmple-cua.org'],
])('%o spells %j as %j, and that the same', (respell, sent, stored) => {
  expect(respell(sent)).toBe(stored);
  expect(respell(stored)).toBe(stored);
});

test('only texts are spelled otherwise, at any depth', () => {
  const body = [
    { id: 1, address_type: 'a  b', form_fields: [{ name: 'n  m', value: ['x  y', 2] }], namespace: 'Ab' },
  ];
  expect(respellBody(body)).toEqual([
    { id: 1, address_type: 'a  b', form_fields: [{ name: 'n m', value: ['x  y', 2] }], namespace: 'ab' },
  ]);
});

test('a store that respells answers with the texts as it stores them', async () => {
  const sandbox = await startSandbox({ quota: 0, customers: 1, switches: { respells: true } });
  const { send, get } = createStoreClient(sandbox);
  const customer = { email: 'Ada@Example.org', first_name: 'Ada  & Eve', last_name: 'B' };
  const { json } = await send('POST', '/customers', [customer]);
  expect(json.data[0]).toMatchObject({ email: 'ada@example.org', first_name: 'Ada &amp; Eve' });
  expect((await get('/customers?email:in=ada@example.org')).json.data).toHaveLength(1);
  await sandbox.close();
});
