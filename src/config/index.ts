import { hkdfSync } from 'node:crypto';
import { findContradictions } from './consistency.ts';
import type { AccessConfig, Config, SecretSource, SignInConfig, StoreConfig } from './types.ts';
import { isLoopback } from './urls.ts';
import { type Environment, environmentSchema, type RawEnvironment, withoutEmpty } from './variables.ts';

export type { Config, StoreConfig } from './types.ts';

/** The key file, for the command that edits it: that command needs no other variable. @default keys.json */
export function keyFileOf(environment: RawEnvironment = process.env): string {
  return environment.GATEWAY_KEYS_FILE || 'keys.json';
}

/** Parses the environment. Returns the configuration, or all its problems: one line each, without values. */
export function parseConfig(
  environment: RawEnvironment = process.env,
): { readonly config: Config } | { readonly problems: readonly string[] } {
  const given = withoutEmpty(environment);
  const parsed = environmentSchema.safeParse(given);
  const issues = parsed.success ? [] : parsed.error.issues;
  const problems = [
    ...issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...findContradictions(given),
  ];
  if (!parsed.success || problems.length > 0) return { problems };
  const startedByNpm = environment.npm_lifecycle_event !== undefined;
  return { config: Object.freeze({ ...configOf(parsed.data), startedByNpm }) };
}

function configOf(env: Environment): Omit<Config, 'startedByNpm'> {
  const store = storeOf(env);
  const production = store.kind === 'bigcommerce' && env.NODE_ENV !== 'development';
  return {
    host: env.HOST,
    port: env.PORT,
    store,
    access: accessOf(env),
    signIn: signInOf(env),
    shopperCallsPerMinute: zeroAsNull(env.SHOPPER_CALLS_PER_MINUTE),
    hashKey: hashKeyOf(env),
    trustedProxies: env.TRUST_PROXY,
    auditLog: env.AUDIT_LOG === 'off' ? null : env.AUDIT_LOG,
    logLevel: env.LOG_LEVEL,
    production,
    writes: { maxItems: env.WRITE_MAX_ITEMS, lateWriteMs: env.WRITE_SETTLE_MS },
    operationMaxCalls: env.OPERATION_MAX_CALLS,
    operationMaxValues: env.OPERATION_MAX_VALUES,
    responseMaxBytes: env.RESPONSE_MAX_BYTES,
    shopperAttributes: splitList(env.SHOPPER_ATTRIBUTES),
    shopperShare: env.SHOPPERS_QUOTA_PERCENT === 100 ? null : env.SHOPPERS_QUOTA_PERCENT / 100,
    operationTimeoutMs: env.OPERATION_TIMEOUT_MS,
    governor: { maxQueued: env.QUEUE_MAX_CALLS, retryRatio: env.RETRY_PERCENT / 100 },
    replicas: replicasOf(env),
    cache: cacheOf(env, store),
    webhooks: webhooksOf(env),
    tracing: tracingOf(env),
    graphiql: isOn(env.GRAPHIQL, !production),
    guards: {
      limits: {
        characters: env.DOCUMENT_MAX_CHARACTERS,
        tokens: env.DOCUMENT_MAX_TOKENS,
        depth: env.DOCUMENT_MAX_DEPTH,
        recursion: env.DOCUMENT_MAX_RECURSION,
        selections: env.DOCUMENT_MAX_SELECTIONS,
        aliases: env.DOCUMENT_MAX_ALIASES,
        rootFields: env.DOCUMENT_MAX_ROOT_FIELDS,
        directives: env.DOCUMENT_MAX_DIRECTIVES,
        repeats: env.DOCUMENT_MAX_REPEATS,
        listItems: env.LIST_MAX_ITEMS,
      },
      introspection: isOn(env.INTROSPECTION, !production),
      explain: isOn(env.EXPLAIN, !production),
      batching: env.BATCHING === 'on',
      corsOrigins: env.CORS_ORIGINS ?? [],
      requestBytes: env.REQUEST_MAX_BYTES,
      operationsInFlight: env.MAX_OPERATIONS_IN_FLIGHT,
    },
    allowedHosts: env.PUBLIC_HOSTS ?? (isLoopback(env.HOST) ? [] : null),
    maxConnections: env.MAX_CONNECTIONS,
    trustedDocuments:
      env.TRUSTED_DOCUMENTS === undefined
        ? null
        : { file: env.TRUSTED_DOCUMENTS, bound: boundKinds(env.TRUSTED_DOCUMENTS_ONLY) },
    keepAliveMs: env.KEEP_ALIVE_TIMEOUT_MS,
    shutdownDelayMs: env.SHUTDOWN_DELAY_MS ?? (production ? 5_000 : 0),
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    upstream: {
      timeoutMs: env.UPSTREAM_TIMEOUT_MS,
      maxBodyBytes: env.UPSTREAM_MAX_BODY_BYTES,
      connections: env.UPSTREAM_CONNECTIONS,
    },
  };
}

function replicasOf({ REDIS_URL: redisUrl, ...env }: Environment): Config['replicas'] {
  const { REDIS_ENCRYPTION_KEYS: encryptionKeys, QUOTA_SHARE: quotaShare } = env;
  if (redisUrl === undefined || encryptionKeys === undefined) return null;
  return { redisUrl, encryptionKeys, quotaShare };
}

function splitList(list = ''): readonly string[] {
  const items = list.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

/** Maximum ages for the sandbox, in seconds. */
const SANDBOX_AGES = { withEvents: 300, withoutEvents: 30 };

function cacheOf(env: Environment, store: StoreConfig): Config['cache'] {
  const defaults = store.kind === 'sandbox' ? SANDBOX_AGES : { withEvents: 0, withoutEvents: 0 };
  const ages = {
    withEventsMs: 1_000 * (env.CACHE_MAX_AGE ?? defaults.withEvents),
    withoutEventsMs: 1_000 * (env.CACHE_MAX_AGE_WITHOUT_EVENTS ?? defaults.withoutEvents),
    consentMs: 1_000 * env.CACHE_MAX_AGE_CONSENT,
    ifErrorMs: 1_000 * env.CACHE_STALE_IF_ERROR,
  };
  if (ages.withEventsMs + ages.withoutEventsMs + ages.consentMs === 0) return null;
  return {
    ages,
    maxBytes: env.CACHE_BYTES,
    sweepIntervalMs: zeroAsNull(1_000 * env.CACHE_SWEEP_INTERVAL),
    checkIntervalMs: 1_000 * env.WEBHOOK_CHECK_INTERVAL,
  };
}

function webhooksOf(env: Environment): Config['webhooks'] {
  const secret = secretOf(env.WEBHOOK_SECRET, env.WEBHOOK_SECRET_FILE);
  if (secret === null || env.WEBHOOK_URL === undefined) return null;
  const signingSecret = secretOf(env.WEBHOOK_SIGNING_SECRET, env.WEBHOOK_SIGNING_SECRET_FILE);
  return {
    secret,
    signingSecret,
    requiresSignature: env.WEBHOOK_SIGNATURE === 'required',
    url: env.WEBHOOK_URL,
  };
}

function tracingOf(env: Environment): Config['tracing'] {
  const exporter =
    env.OTEL_TRACES_EXPORTER ?? (env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? 'none' : 'otlp');
  if (exporter === 'none') return null;
  return { exporter, sampler: env.OTEL_TRACES_SAMPLER, ratio: env.OTEL_TRACES_SAMPLER_ARG };
}

function isOn(value: 'on' | 'off' | undefined, defaultValue: boolean): boolean {
  return value === undefined ? defaultValue : value === 'on';
}

/** Replicas that share limits need the same names for users and shoppers. */
function hashKeyOf({ GATEWAY_HASH_KEY: given, ...env }: Environment): string | null {
  if (given !== undefined) return given;
  // The last key is the oldest, so a new first key changes no name.
  const oldest = env.REDIS_URL === undefined ? undefined : env.REDIS_ENCRYPTION_KEYS?.at(-1)?.key;
  if (oldest === undefined) return null;
  return Buffer.from(hkdfSync('sha256', oldest, '', 'hashes of identities', 32)).toString('base64url');
}

function accessOf(env: Environment): AccessConfig | null {
  const keys = keysOf(env);
  const oidc = usersOf(env);
  const platform = platformOf(env);
  const isConfigured = keys !== null || oidc !== null || platform !== null;
  // A real store without all of them is open to shoppers alone, unless authentication is off.
  const isOff = env.BIGCOMMERCE_STORE_HASH === undefined || env.GATEWAY_AUTH === 'none';
  return !isConfigured && isOff ? null : { keys, oidc, platform };
}

function keysOf({ GATEWAY_KEYS_FILE: file, GATEWAY_KEYS: text }: Environment): AccessConfig['keys'] {
  if (file !== undefined) return { file };
  return text === undefined ? null : { text };
}

function usersOf(env: Environment): AccessConfig['oidc'] {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = env;
  if (issuer === undefined || audience === undefined) return null;
  return {
    issuer,
    audience,
    jwksUrl: env.OIDC_JWKS_URL ?? null,
    algorithms: env.OIDC_ALGORITHMS,
    clockToleranceS: env.OIDC_CLOCK_TOLERANCE_S,
    scopeClaim: env.OIDC_SCOPE_CLAIM,
    scopePrefix: env.OIDC_SCOPE_PREFIX ?? '',
    callsPerMinute: zeroAsNull(env.OIDC_CALLS_PER_MINUTE),
  };
}

function platformOf(env: Environment): AccessConfig['platform'] {
  const { BIGCOMMERCE_CLIENT_ID: clientId } = env;
  const clientSecret = secretOf(env.BIGCOMMERCE_CLIENT_SECRET, env.BIGCOMMERCE_CLIENT_SECRET_FILE);
  if (clientId === undefined || clientSecret === null) return null;
  return { clientId, clientSecret, maxAgeS: env.SHOPPER_JWT_MAX_AGE_S };
}

function signInOf(env: Environment): SignInConfig | null {
  const keys = secretOf(env.SHOPPER_TOKEN_KEYS, env.SHOPPER_TOKEN_KEYS_FILE);
  const isSandbox = env.BIGCOMMERCE_STORE_HASH === undefined;
  const mode = env.SHOPPER_SIGN_IN ?? (isSandbox ? 'public' : keys === null ? 'off' : 'keys');
  if (mode === 'off') return null;
  return { isPublic: mode === 'public', keys, revocationsFile: env.SHOPPER_REVOCATIONS_FILE ?? null };
}

function secretOf(text: string | undefined, file: string | undefined): SecretSource | null {
  if (file !== undefined) return { file };
  return text === undefined ? null : { text };
}

type BoundKinds = NonNullable<Config['trustedDocuments']>['bound'];

function boundKinds(value: string): BoundKinds {
  if (value === 'off') return [];
  if (value === 'on') return ['anyone', 'key', 'user', 'shopper', 'public'];
  const words = value.split(',');
  // Who signs in is a shopper too.
  const kinds = { keys: ['key'], users: ['user'], shoppers: ['shopper', 'public'] } as const;
  return Object.entries(kinds).flatMap(([word, bound]) => (words.includes(word) ? bound : []));
}

function zeroAsNull(value: number): number | null {
  return value === 0 ? null : value;
}

function storeOf(env: Environment): StoreConfig {
  const { BIGCOMMERCE_STORE_HASH: hash } = env;
  const accessToken = secretOf(env.BIGCOMMERCE_ACCESS_TOKEN, env.BIGCOMMERCE_ACCESS_TOKEN_FILE);
  if (hash !== undefined && accessToken !== null) {
    const apiUrl = env.BIGCOMMERCE_API_URL ?? `https://api.bigcommerce.com/stores/${hash}/v3`;
    return { kind: 'bigcommerce', hash, apiUrl, accessToken };
  }
  return {
    kind: 'sandbox',
    port: env.SANDBOX_PORT,
    token: env.SANDBOX_TOKEN,
    customers: env.SANDBOX_CUSTOMERS,
    seed: env.SANDBOX_SEED,
    file: env.SANDBOX_FILE ?? null,
    quota: env.SANDBOX_QUOTA,
    windowMs: env.SANDBOX_WINDOW_MS,
    latencyMs: env.SANDBOX_LATENCY_MS,
    control: env.SANDBOX_CONTROL === 'on',
    webhookUrl: env.SANDBOX_WEBHOOK_URL ?? null,
  };
}
