import { ANONYMOUS, type Caller, type Scope } from '../../../src/access/caller.ts';
import { openAuthenticator } from '../../../src/access/index.ts';
import { createSignInThrottle } from '../../../src/access/throttle/sign-in-throttle.ts';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { createGateway } from '../../support/gateway.ts';
import { makeTokenKeys } from '../../support/token-keys.ts';

/** The answers to wrong passwords of one kind of account. */
export interface SignInTimes {
  readonly account: 'known' | 'unknown';
  /** Milliseconds, ascending. */
  readonly sorted: readonly number[];
}

/** Attempts in flight at the same time. */
const AT_ONCE = 40;

const BACKEND: Caller = {
  ...ANONYMOUS,
  kind: 'key',
  name: 'backend',
  scopes: new Set<Scope>(['credentials:validate']),
};
const SIGN_IN = 'mutation ($input: SignInShopperInput!) { signInShopper(input: $input) { viewer { kind } } }';

/**
 * Tries wrong passwords of known and of unknown accounts by turns, with a throttle that never refuses, and measures the time of
 * each answer.
 */
export async function measureSignInTimes(tries: number): Promise<readonly SignInTimes[]> {
  const sandbox = await startSandbox({ quota: 0, customers: 200, limits: { credentialChecks: 0 } });
  const allowance = { failures: tries + 1, forgetMs: 1 };
  const keys = await makeTokenKeys();
  const access = await openAuthenticator({
    keys: null,
    oidc: null,
    shoppers: {
      storeHash: 'sandbox',
      platform: null,
      signIn: {
        keys: () => keys,
        throttle: createSignInThrottle({ perAccount: allowance, perAddress: allowance, inAll: allowance }),
      },
      callsPerMinute: null,
    },
    hashKey: null,
    logger: { info: () => {}, error: () => {} },
  });
  if ('problems' in access) throw new Error(access.problems.join('\n'));
  const gateway = createGateway({ baseUrl: sandbox.url, signIn: access.signIn, logLevel: 'silent' });
  const { data } = await gateway.executeText('{ customers(first: 200) { nodes { email } } }');
  const emails: readonly string[] = data.customers.nodes.map(({ email }: { email: string }) => email);
  const times = { known: [] as number[], unknown: [] as number[] };

  async function attempt(index: number): Promise<void> {
    const account = index % 2 === 0 ? 'known' : 'unknown';
    const email = account === 'known' ? emails[(index / 2) % emails.length] : `nobody${index}@example.org`;
    const startedAt = performance.now();
    const { errors } = await gateway
      .as(BACKEND)
      .executeText(SIGN_IN, { input: { email, password: 'a wrong password 1' } });
    times[account].push(performance.now() - startedAt);
    if (errors[0]?.extensions.code !== 'INVALID_CREDENTIALS') throw new Error(JSON.stringify(errors));
  }

  let next = 0;
  async function attemptInTurn(): Promise<void> {
    while (next < tries) {
      const index = next;
      next += 1;
      await attempt(index);
    }
  }

  try {
    await Promise.all(Array.from({ length: AT_ONCE }, attemptInTurn));
    return (['known', 'unknown'] as const).map((account) => ({
      account,
      sorted: times[account].toSorted((a, b) => a - b),
    }));
  } finally {
    await gateway.close();
    await sandbox.close();
  }
}
