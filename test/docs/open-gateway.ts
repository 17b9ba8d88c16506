import { ANONYMOUS } from '../../src/access/caller.ts';
import { openAuthenticator } from '../../src/access/index.ts';
import { createMemoryStore } from '../../src/access/shoppers/expiring-store.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { listen } from '../../src/server/listen.ts';
import { createGateway } from '../support/gateway.ts';
import { makeTokenKeys } from '../support/token-keys.ts';

/**
 * Calls `use` with the address of a gateway that works as `npm start` does without configuration: with a new sandbox store,
 * open to everybody, with a sign-in of shoppers. Its quota is not to be waited for.
 */
export async function withOpenGateway(use: (url: string) => Promise<void>): Promise<void> {
  const keys = await makeTokenKeys();
  const signIn = { keys: () => keys, revoked: createMemoryStore(Date.now) };
  const access = await openAuthenticator({
    keys: null,
    oidc: null,
    shoppers: { storeHash: 'sandbox', platform: null, signIn, callsPerMinute: null },
    hashKey: null,
    isOptional: true,
    logger: { info: () => {}, error: () => {} },
  });
  if ('problems' in access) throw new Error(access.problems.join('\n'));
  const { authenticator } = access;
  const sandbox = await startSandbox({ quota: 0 });
  const gateway = createGateway({
    baseUrl: sandbox.url,
    authenticator,
    signIn: access.signIn,
    withoutCredential: ANONYMOUS,
  });
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  try {
    await use(listener.url);
  } finally {
    await listener.stop();
    await gateway.close();
    await sandbox.close();
  }
}
