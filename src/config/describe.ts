import type { Config } from './types.ts';

/** The configuration in force for the log: without secrets, and without the parts of URLs that may hold one. */
export function describeConfig(config: Config): object {
  const { store, access, signIn, hashKey, replicas, webhooks, ...others } = config;
  return {
    ...others,
    hashKey: hashKey === null ? 'random' : 'configured',
    store: describeStore(store),
    access: access && describeAccess(access),
    replicas: replicas && describeReplicas(replicas),
    signIn: signIn && { ...signIn, keys: describeKeys(signIn.keys) },
    webhooks: webhooks && { url: originOf(webhooks.url), requiresSignature: webhooks.requiresSignature },
  };
}

function describeStore(store: Config['store']): object {
  if (store.kind === 'bigcommerce') return { kind: store.kind, apiUrl: originOf(store.apiUrl) };
  const { token: _token, webhookUrl, ...others } = store;
  return { ...others, webhookUrl: webhookUrl === null ? null : originOf(webhookUrl) };
}

function describeReplicas({ redisUrl, encryptionKeys, quotaShare }: NonNullable<Config['replicas']>): object {
  return { redis: new URL(redisUrl).host, encryptionKeys: encryptionKeys.map(({ id }) => id), quotaShare };
}

function describeAccess({ keys, oidc, platform }: NonNullable<Config['access']>): object {
  return {
    keys: keys === null ? null : 'file' in keys ? keys.file : 'in GATEWAY_KEYS',
    oidc: oidc && { ...oidc, issuer: originOf(oidc.issuer), jwksUrl: oidc.jwksUrl && originOf(oidc.jwksUrl) },
    platform: platform && { clientId: platform.clientId, maxAgeS: platform.maxAgeS },
  };
}

function describeKeys(keys: NonNullable<Config['signIn']>['keys']): string {
  if (keys === null) return 'made for this run';
  return 'file' in keys ? keys.file : 'in SHOPPER_TOKEN_KEYS';
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
