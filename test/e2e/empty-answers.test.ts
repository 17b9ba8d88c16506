import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createGateway } from '../support/gateway.ts';
import { startRewritingProxy } from '../support/rewriting-proxy.ts';

// A store that does what it is asked and answers with an empty object.
async function start() {
  const sandbox = await startSandbox({ quota: 0, customers: 3 });
  const proxy = await startRewritingProxy({
    store: sandbox.url,
    response: (body, call) => (call.startsWith('PUT') ? {} : body),
  });
  const gateway = createGateway({ baseUrl: proxy.url, accessToken: sandbox.token, lateWriteMs: 50 });
  return {
    gateway,
    async close() {
      await gateway.close();
      await proxy.close();
      await sandbox.close();
    },
  };
}

let shop: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  shop = await start();
});
afterAll(() => shop.close());

test.each([
  [
    'consent',
    'updateCustomerConsent(input: { customers: [{ customerEntityId: 3, allow: [ANALYTICS], deny: [] }] }) { results { outcome record: consent { allow } } }',
    { results: [{ outcome: 'UPDATED', record: { allow: ['ANALYTICS'] } }] },
  ],
  [
    'settings',
    'updateCustomerSettings(input: { privacy: { policyUrl: "https://a.example.org/" } }) { outcome record: settings { privacy { policyUrl } } }',
    { outcome: 'UPDATED', record: { privacy: { policyUrl: 'https://a.example.org/' } } },
  ],
  [
    'channel settings',
    'updateChannelCustomerSettings(input: { channelId: 1, privacy: { policyUrl: "https://b.example.org/" } }) { outcome record: settings { privacy { policyUrl } } }',
    { outcome: 'UPDATED', record: { privacy: { policyUrl: 'https://b.example.org/' } } },
  ],
])(
  'an empty answer to an update of %s is read back, not shown as empty values',
  async (_name, field, shown) => {
    const { data, errors } = await shop.gateway.executeText(`mutation { done: ${field} }`);
    expect(errors).toEqual([]);
    expect(data.done).toEqual(shown);
  },
);
