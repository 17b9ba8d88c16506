import { onTestFinished } from 'vitest';
import { PUBLIC, type Scope } from '../../src/access/caller.ts';
import { openAuthenticator } from '../../src/access/index.ts';
import { createMemoryStore, type ExpiringStore } from '../../src/access/shoppers/expiring-store.ts';
import type { SignInOptions } from '../../src/access/shoppers/index.ts';
import type { TokenKeys } from '../../src/access/shoppers/token-keys.ts';
import {
  createSignInThrottle,
  type SignInThrottleOptions,
} from '../../src/access/throttle/sign-in-throttle.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { createTestKey, keyFileContent } from './api-keys.ts';
import { createGateway, type Gateway, type GatewayOptions, type GraphQLResponse } from './gateway.ts';
import { jsonPost } from './post.ts';
import { makeTokenKeys } from './token-keys.ts';

/** The client secret of the app whose current-customer tokens are accepted. */
export const CLIENT_SECRET = 'the-client-secret-of-an-invented-app-12345';
/** The password of all generated customers. */
export const PASSWORD = 'sandbox1';

/** A wall clock that only tests advance. A sleep ends at once. */
export interface SignInClock {
  time: number;
  /** What was slept, in milliseconds. */
  readonly slept: number[];
}

export interface SignInGateway extends Gateway {
  readonly sandbox: Sandbox;
  readonly clock: SignInClock;
  readonly keys: TokenKeys;
  /** Sends an operation with a bearer token or without one. */
  // biome-ignore lint/suspicious/noExplicitAny: the type of the response depends on the query
  send(query: string, variables?: object, options?: SendOptions): Promise<GraphQLResponse<any>>;
  /** The calls to the store since the last call of this function. */
  calls(): readonly string[];
}

export interface SendOptions {
  readonly token?: string | null;
  /** Address of the client. @default '192.0.2.1' */
  readonly address?: string;
}

export interface SignInGatewayOptions {
  readonly sandbox?: SandboxOptions;
  readonly isPublic?: boolean;
  readonly store?: ExpiringStore;
  readonly storeHash?: string;
  readonly keys?: TokenKeys;
  readonly throttle?: SignInThrottleOptions;
  /** A sandbox that another gateway uses too. */
  readonly shared?: Sandbox;
  readonly gateway?: Omit<GatewayOptions, 'baseUrl'>;
}

const NOW = Date.UTC(2030, 0, 1);

/** An API key with one scope. */
export const BACKEND = createTestKey('backend', { scopes: ['credentials:validate'] as Scope[] });

/** A gateway on a sandbox whose shoppers can sign in, with the clocks of the test. It closes when the test has finished. */
export async function startSignInGateway({
  sandbox: sandboxOptions,
  isPublic = true,
  storeHash = 'sandbox',
  shared,
  gateway: gatewayOptions,
  ...options
}: SignInGatewayOptions = {}): Promise<SignInGateway> {
  const clock: SignInClock = { time: NOW, slept: [] };
  const now = () => clock.time;
  const keys = options.keys ?? (await makeTokenKeys());
  const signIn: SignInOptions = {
    keys: () => keys,
    revoked: options.store ?? createMemoryStore(now),
    throttle: createSignInThrottle({ now, ...options.throttle }),
    now,
    async sleep(ms) {
      clock.slept.push(ms);
    },
  };
  const access = await openAuthenticator({
    keys: { text: keyFileContent(BACKEND) },
    oidc: null,
    shoppers: {
      storeHash,
      platform: { clientId: 'app', clientSecrets: () => [CLIENT_SECRET], maxAgeS: 900 },
      signIn,
      callsPerMinute: null,
    },
    hashKey: null,
    logger: { info: () => {}, error: () => {} },
  });
  if ('problems' in access) throw new Error(access.problems.join('\n'));
  const sandbox = shared ?? (await startSandbox({ quota: 0, customers: 40, ...sandboxOptions }));
  const gateway = createGateway({
    baseUrl: sandbox.url,
    storeHash,
    authenticator: access.authenticator,
    signIn: access.signIn,
    withoutCredential: isPublic ? PUBLIC : null,
    trustedProxies: 1,
    ...gatewayOptions,
  });
  onTestFinished(async () => {
    await gateway.close();
    if (shared === undefined) await sandbox.close();
  });
  return {
    ...gateway,
    sandbox,
    clock,
    keys,
    async send(query, variables, { token = null, address = '192.0.2.1' } = {}) {
      const headers = {
        accept: 'application/graphql-response+json',
        'x-forwarded-for': address,
        ...(token !== null && { authorization: `Bearer ${token}` }),
      };
      const request = jsonPost({ query, variables }, headers);
      const response = await gateway.app.yoga.fetch('http://gateway/graphql', request);
      const { data, errors = [] } = (await response.json()) as GraphQLResponse<never>;
      return { status: response.status, data, errors };
    },
    calls() {
      const calls = sandbox.requests.list().map(({ method, path }) => `${method} ${path}`);
      sandbox.requests.clear();
      return calls;
    },
  };
}

export const SIGN_IN =
  'mutation ($input: SignInShopperInput!) { signInShopper(input: $input) { accessToken { value expiresAt } viewer { kind customer { entityId firstName } } } }';
export const RENEW =
  'mutation ($input: RenewShopperAccessTokenInput!) { renewShopperAccessToken(input: $input) { accessToken { value expiresAt } } }';
export const SIGN_OUT =
  'mutation ($input: SignOutShopperInput!) { signOutShopper(input: $input) { isSignedOut } }';

/** The e-mail address of a customer of the sandbox. */
export async function emailOf(
  { sandbox }: Pick<SignInGateway, 'sandbox'>,
  entityId: number,
): Promise<string> {
  const url = `${sandbox.url}/customers?id:in=${entityId}`;
  const response = await fetch(url, { headers: { 'x-auth-token': sandbox.token } });
  const { data } = (await response.json()) as { data: readonly { readonly email: string }[] };
  sandbox.requests.clear();
  return data[0]?.email ?? '';
}

/** Changes a customer of the sandbox. */
export async function putCustomer(
  { sandbox }: Pick<SignInGateway, 'sandbox'>,
  customer: Readonly<Record<string, unknown>>,
): Promise<void> {
  await fetch(`${sandbox.url}/customers`, {
    method: 'PUT',
    headers: { 'x-auth-token': sandbox.token, 'content-type': 'application/json' },
    body: JSON.stringify([customer]),
  });
  sandbox.requests.clear();
}

/** Signs a customer in and returns the token. */
export async function signIn(gateway: SignInGateway, entityId: number, channelId = 1): Promise<string> {
  const email = await emailOf(gateway, entityId);
  const { data, errors } = await gateway.send(SIGN_IN, { input: { email, password: PASSWORD, channelId } });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.signInShopper.accessToken.value;
}
