import { z } from 'zod';
import { areUnique, parseEncryptionKeys } from './encryption-keys.ts';
import { SAMPLERS } from './types.ts';
import { isOrigin, isRedisUrl, isTrustworthy } from './urls.ts';

/** The groups of the documentation, in its order. */
export const VARIABLE_GROUPS = [
  { id: 'server', title: 'Server', about: '' },
  {
    id: 'store',
    title: 'Store',
    about: 'Without a store hash and an access token the gateway starts its own sandbox store.',
  },
  {
    id: 'access',
    title: 'Authentication and access',
    about:
      'Several methods can be configured at once. If none is, the sandbox needs no credentials; a real store does not start without `GATEWAY_AUTH=none`.',
  },
  { id: 'features', title: 'Features and logging', about: '' },
  {
    id: 'tracing',
    title: 'Tracing',
    about:
      'OpenTelemetry itself reads its other variables, such as OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS.',
  },
  { id: 'calls', title: 'REST calls', about: '' },
  {
    id: 'replicas',
    title: 'Replicas',
    about:
      'With REDIS_URL several gateways of one store share its quota and their limits. Every replica needs the same values.',
  },
  {
    id: 'cache',
    title: 'Cache and webhooks',
    about:
      'The cache keeps answers of the store in memory. It is off for a real store until CACHE_MAX_AGE or CACHE_MAX_AGE_WITHOUT_EVENTS is set, and on for the sandbox. See [caching.md](caching.md).',
  },
  { id: 'documents', title: 'Documents', about: '' },
  { id: 'writes', title: 'Writes', about: '' },
  {
    id: 'sandbox',
    title: 'Sandbox store',
    about: 'For the command `sandbox`, and for `start` if no store is configured.',
  },
  {
    id: 'remote',
    title: 'Commands at a running gateway',
    about:
      'For the commands that send operations to a gateway. Without GATEWAY_URL that is the one at HOST and PORT.',
  },
] as const;

type GroupId = (typeof VARIABLE_GROUPS)[number]['id'];

/** A documented environment variable. */
export interface Variable {
  readonly name: string;
  /** The id of one of `VARIABLE_GROUPS`. */
  readonly group: string;
  /** One line, as `--help` prints it. */
  readonly meaning: string;
  /** More sentences, for the documentation. Empty if there are none. */
  readonly notes: string;
  /** The default, as it would be written in the environment; null if there is none. */
  readonly defaultValue: string | null;
}

function variable<T extends z.ZodType>(group: GroupId, type: T, description: string, notes = ''): T {
  return type.meta({ group, description, notes });
}

const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `is not between ${least} and ${most}`);
const seconds = integer;
const port = integer(0, 65_535);
const count = integer(0, 1_000_000_000);

const string = z.string();
const optionalString = z.string().optional();

const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http or https URL' });

/** A URL whose responses are trusted, so they must be protected in transit. */
const trustedUrl = z
  .url({ error: 'is not a URL' })
  .refine((text) => !URL.canParse(text) || isTrustworthy(new URL(text)), {
    error: 'is not an https URL (http is allowed for loopback addresses only)',
  });

/** Asymmetric algorithms only: with any other the provider and the verifier would share a secret. */
const ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

const listOf = (isItem: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim().toLowerCase()))
    .refine((items) => items.every(isItem), error);

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `is not one of: ${values.join(', ')}` });

const onOrOff = oneOf(['on', 'off']);

/**
 * The table of all environment variables: validation, default, group, meaning. `--help`, `.env.example` and
 * `docs/configuration.md` are generated from it.
 */
export const environmentSchema = z.object({
  HOST: variable(
    'server',
    string.default('127.0.0.1'),
    'address to listen on',
    'With a real store and GATEWAY_AUTH=none it must be a loopback address.',
  ),
  PORT: variable('server', port.default(4000), 'port to listen on'),
  PUBLIC_HOSTS: variable(
    'server',
    listOf((name) => /^[\w.-]+$/.test(name), 'is not a list of host names').optional(),
    'allowed Host names; defaults to loopback names when HOST is a loopback address',
    'Separate names with commas. Loopback names are always allowed. On any other HOST the default allows every name.',
  ),
  CORS_ORIGINS: variable(
    'server',
    listOf(isOrigin, 'is not a list of origins such as https://shop.example').optional(),
    'origins whose pages may call the gateway; none by default',
    'Separate origins with commas, such as https://shop.example,http://localhost:3000.',
  ),
  TRUST_PROXY: variable(
    'server',
    integer(0, 10).default(0),
    'number of proxies in front whose X-Forwarded-For entries are trusted',
    'With 1 the last address of X-Forwarded-For is that of the client, with 2 the last but one; with 0 the header is ignored. Failed logins are throttled by this address.',
  ),
  MAX_CONNECTIONS: variable(
    'server',
    integer(1, 100_000).default(1_000),
    'maximum number of client connections; requests on further ones get 503',
    'Near the maximum the connections that are idle longest are closed first.',
  ),
  MAX_OPERATIONS_IN_FLIGHT: variable(
    'server',
    integer(1, 100_000).default(500),
    'maximum number of operations at the same time; further ones get 503 OVERLOADED',
    'One caller can have at most 90 % of them. An operation counts until its response is sent.',
  ),
  REQUEST_MAX_BYTES: variable(
    'server',
    integer(1_000, 100_000_000).default(1_000_000),
    'maximum size of a request, in bytes',
  ),
  KEEP_ALIVE_TIMEOUT_MS: variable(
    'server',
    integer(1_000, 3_600_000).default(620_000),
    'milliseconds that an idle client connection stays open',
    'Set it above the idle timeout of the load balancer in front (600 s at some), so the balancer never reuses a connection that is being closed.',
  ),
  SHUTDOWN_DELAY_MS: variable(
    'server',
    integer(0, 600_000).optional(),
    'milliseconds that the port stays open after SIGTERM while readiness is 503; 5000 in production, else 0',
    'Set it above the interval at which the load balancer checks readiness, so it stops sending requests before the port closes.',
  ),
  SHUTDOWN_GRACE_MS: variable(
    'server',
    integer(0, 600_000).default(25_000),
    'milliseconds that running requests may take to finish after SIGTERM',
    'Set it above WRITE_SETTLE_MS, so writes whose response was lost can be settled and reported, and below the time that the supervisor waits (often 30 s).',
  ),

  SANDBOX: variable(
    'store',
    onOrOff.optional(),
    '`on` starts the sandbox store; needed if NODE_ENV is production and no store is configured',
  ),
  BIGCOMMERCE_STORE_HASH: variable(
    'store',
    optionalString,
    'hash of the store; without it the sandbox store is started',
    'It is the part after /stores/ in the API path that the control panel shows.',
  ),
  BIGCOMMERCE_ACCESS_TOKEN: variable(
    'store',
    optionalString,
    "access token of one of the store's API accounts",
    'It needs the scope "Customers": read-only to read, modify to write.',
  ),
  BIGCOMMERCE_ACCESS_TOKEN_FILE: variable(
    'store',
    optionalString,
    'file that contains the access token, instead of the variable',
    'It is read again within a second after a change, so the token can be replaced without a restart.',
  ),
  BIGCOMMERCE_API_URL: variable(
    'store',
    httpUrl.optional(),
    'base URL of the REST API, up to and including /v3',
    'Any server that implements the API can be used. By default it is https://api.bigcommerce.com/stores/{hash}/v3.',
  ),
  BIGCOMMERCE_API_HTTP: variable(
    'store',
    onOrOff.default('off'),
    '`on` allows a BIGCOMMERCE_API_URL without TLS on another machine',
    'The access token and personal data then cross the network unprotected.',
  ),

  GATEWAY_AUTH: variable(
    'access',
    oneOf(['none']).optional(),
    '`none` disables authentication; with a real store on a loopback HOST only',
  ),
  GATEWAY_KEYS_FILE: variable(
    'access',
    optionalString,
    'file of API keys, which the command `keys` writes',
    'A revoked key stops working within a second.',
  ),
  GATEWAY_KEYS: variable(
    'access',
    optionalString,
    'content of a file of API keys, instead of the file',
    'JSON: {"keys": [...]}. Revoking a key takes a restart.',
  ),
  OIDC_ISSUER: variable(
    'access',
    trustedUrl.optional(),
    'issuer (`iss`) of the OpenID Connect tokens that authenticate users',
    'Compared character by character.',
  ),
  OIDC_AUDIENCE: variable(
    'access',
    optionalString,
    'audience (`aud`) that those tokens must have',
    'Compared character by character.',
  ),
  OIDC_JWKS_URL: variable(
    'access',
    trustedUrl.optional(),
    "URL of the provider's JWKS; read from its discovery document by default",
    'The discovery document is at {issuer}/.well-known/openid-configuration.',
  ),
  OIDC_ALGORITHMS: variable(
    'access',
    string
      .transform((list) => list.split(',').map((each) => each.trim()))
      .refine((list) => list.every((each) => ALGORITHMS.includes(each)), {
        error: `contains something other than ${ALGORITHMS.join(', ')}`,
      })
      .default(['RS256', 'PS256', 'ES256', 'EdDSA']),
    'accepted signature algorithms',
    'Separate algorithms with commas. Only asymmetric ones are possible.',
  ),
  OIDC_CLOCK_TOLERANCE_S: variable(
    'access',
    integer(0, 300).default(30),
    "tolerated skew of the provider's clock, in seconds",
  ),
  OIDC_SCOPE_CLAIM: variable(
    'access',
    string.default('scope'),
    'claim that holds the scopes of a user',
    'Its value is a string of scopes separated by spaces, or a list.',
  ),
  OIDC_SCOPE_PREFIX: variable(
    'access',
    optionalString,
    'prefix of the scopes in that claim',
    'Scopes without the prefix are ignored.',
  ),
  OIDC_CALLS_PER_MINUTE: variable(
    'access',
    integer(0, 1_000_000).default(600),
    'budget of each OpenID user, in REST calls per minute; 0 lifts the limit',
  ),
  BIGCOMMERCE_CLIENT_ID: variable(
    'access',
    optionalString,
    'client ID of the app whose current-customer tokens authenticate shoppers',
    'Shoppers can access only their own records. The sandbox store has the store hash `sandbox`.',
  ),
  BIGCOMMERCE_CLIENT_SECRET: variable(
    'access',
    optionalString,
    'client secret of that app, with which those tokens are signed',
    'Two secrets, separated by a comma, are valid at once while one replaces the other.',
  ),
  BIGCOMMERCE_CLIENT_SECRET_FILE: variable(
    'access',
    optionalString,
    'file that contains one or two client secrets, one a line, instead of the variable',
    'It is read again within a second after a change.',
  ),
  SHOPPER_JWT_MAX_AGE_S: variable(
    'access',
    integer(1, 900).default(900),
    'longest accepted age of a current-customer token, in seconds',
    'The platform lets them expire after 900.',
  ),
  SHOPPER_SIGN_IN: variable(
    'access',
    oneOf(['off', 'keys', 'public']).optional(),
    'who may sign shoppers in: `off`, `keys` (callers with the scope credentials:validate) or `public` (everyone)',
    'The default is `public` in the sandbox. With a real store it is `keys` if SHOPPER_TOKEN_KEYS is set, and otherwise `off`.',
  ),
  SHOPPER_TOKEN_KEYS: variable(
    'access',
    optionalString,
    'Ed25519 keys that sign tokens of shoppers: a JSON Web Key Set, which the command `keys shopper-key` prints',
    'The first key signs, all verify. The sandbox makes one for each run.',
  ),
  SHOPPER_TOKEN_KEYS_FILE: variable(
    'access',
    optionalString,
    'file that contains those keys, instead of the variable',
    'It is read again within a second after a change.',
  ),
  SHOPPER_REVOCATIONS_FILE: variable(
    'access',
    optionalString,
    'SQLite file of the sessions of shoppers that were ended; in memory by default',
    'Without the file no token can be renewed after a restart. With REDIS_URL they are kept there too.',
  ),
  SHOPPER_CALLS_PER_MINUTE: variable(
    'access',
    integer(0, 1_000_000).default(60),
    'budget of each shopper, in REST calls per minute; 0 lifts the limit',
  ),
  SHOPPERS_QUOTA_PERCENT: variable(
    'access',
    integer(1, 100).default(50),
    "percentage of the store's quota that all shoppers together may use; 100 lifts the limit",
    'The rest is left to backends and users, whose calls then need not wait for those of shoppers.',
  ),
  SHOPPER_ATTRIBUTES: variable(
    'access',
    optionalString,
    'names or ids of the attributes that shoppers can read of themselves; none by default',
    'Separate them with commas, such as Birthday,17.',
  ),
  GATEWAY_HASH_KEY: variable(
    'access',
    string.min(32, 'is shorter than 32 characters').optional(),
    'key of the hashes that stand for users, shoppers, addresses of clients and e-mail addresses in logs; random by default',
    'At least 32 characters. A random key changes at every start, and with it each hash. With REDIS_URL the default is derived from the last of REDIS_ENCRYPTION_KEYS.',
  ),
  AUDIT_LOG: variable(
    'access',
    string.default('off'),
    'audit log of writes and of reads of stored instruments: a file to append to, `stdout` or `off`',
    'If its line cannot be written, the operation is not run.',
  ),

  GRAPHIQL: variable(
    'features',
    onOrOff.optional(),
    'GraphiQL at /graphql: `on` or `off`; off for a real store unless NODE_ENV is development',
  ),
  INTROSPECTION: variable(
    'features',
    onOrOff.optional(),
    'introspection, and suggestions of names in errors: `on` or `off`; off for a real store unless NODE_ENV is development',
  ),
  EXPLAIN: variable(
    'features',
    onOrOff.optional(),
    '`extensions.explain`, which lists the REST calls: `on` or `off`; off for a real store unless NODE_ENV is development',
  ),
  BATCHING: variable(
    'features',
    onOrOff.default('off'),
    'up to ten operations in one request, as an array: `on` or `off`',
  ),
  LOG_LEVEL: variable(
    'features',
    oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'log level: debug, info, warn, error or silent',
    '`info` logs each request, `debug` each REST call too.',
  ),
  NODE_ENV: variable(
    'features',
    optionalString,
    '`development` lifts the restrictions of production',
    'Production is a real store with any other value.',
  ),

  OTEL_EXPORTER_OTLP_ENDPOINT: variable(
    'tracing',
    httpUrl.optional(),
    'OTLP/HTTP endpoint of a collector; by default tracing is off without one',
    'An example is http://127.0.0.1:4318.',
  ),
  OTEL_TRACES_EXPORTER: variable(
    'tracing',
    oneOf(['otlp', 'console', 'none']).optional(),
    'exporter of traces: otlp, console (standard output), or none, which overrides the endpoint',
    '`otlp` without an endpoint exports to port 4318 of this machine.',
  ),
  OTEL_TRACES_SAMPLER: variable(
    'tracing',
    oneOf(SAMPLERS).default('parentbased_always_on'),
    "sampler of traces; a `parentbased_...` one follows the caller's decision",
    'Possible samplers are always_on, always_off and traceidratio, and each of them after `parentbased_`.',
  ),
  OTEL_TRACES_SAMPLER_ARG: variable(
    'tracing',
    string
      .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'is not a number from 0 to 1')
      .transform(Number)
      .default(1),
    'ratio of the traces that a `...traceidratio` sampler keeps, from 0 to 1',
  ),

  OPERATION_MAX_CALLS: variable(
    'calls',
    integer(1, 1_000_000).default(500),
    'maximum number of REST calls of an operation',
    'An operation that is estimated to need more is rejected before anything is sent.',
  ),
  OPERATION_MAX_VALUES: variable(
    'calls',
    integer(1, 100_000_000).default(250_000),
    'maximum number of values in the response to an operation',
    'It is estimated before anything is sent: selected fields times records. Lists inside a record count as ten.',
  ),
  RESPONSE_MAX_BYTES: variable(
    'calls',
    integer(1_000, 500_000_000).default(20_000_000),
    'maximum size of the data in a response, in bytes',
    'A larger response to a query is an error. In the response to a mutation, records that do not fit are null.',
  ),
  OPERATION_TIMEOUT_MS: variable(
    'calls',
    integer(1, 3_600_000).default(45_000),
    'deadline of an operation, in milliseconds; a call that cannot start before it fails immediately',
  ),
  QUEUE_MAX_CALLS: variable(
    'calls',
    integer(1, 1_000_000).default(2_000),
    'maximum number of queued REST calls; further ones are rejected, bulk first',
  ),
  RETRY_PERCENT: variable(
    'calls',
    integer(0, 100).default(10),
    'retries of reads per 100 REST calls; 0 disables retries',
  ),
  UPSTREAM_TIMEOUT_MS: variable(
    'calls',
    integer(1, 600_000).default(10_000),
    'timeout of a REST call, in milliseconds',
    'It covers the call from its start to the last byte of the response.',
  ),
  UPSTREAM_MAX_BODY_BYTES: variable(
    'calls',
    integer(1, 1_000_000_000).default(32_000_000),
    'maximum size of a REST response, in bytes',
  ),
  UPSTREAM_CONNECTIONS: variable(
    'calls',
    integer(1, 1_000).default(64),
    'maximum number of REST calls in flight',
  ),

  REDIS_URL: variable(
    'replicas',
    string.refine(isRedisUrl, 'is not a redis, rediss, valkey or valkeys URL').optional(),
    'Redis or Valkey server that the replicas share; without it each process counts alone',
    'User name, password and database number are part of the URL. rediss and valkeys connect with TLS. Every replica must reach the same server.',
  ),
  REDIS_ENCRYPTION_KEYS: variable(
    'replicas',
    string
      .transform(parseEncryptionKeys)
      .refine((keys) => keys !== null, 'is not a list of id:key, where each key is 32 bytes in base64')
      .refine((keys) => keys === null || areUnique(keys), 'names two keys with the same id')
      .transform((keys) => keys ?? [])
      .optional(),
    'keys that encrypt what is kept in Redis: id:base64, separated by commas; required by REDIS_URL',
    'The first key encrypts, and each one decrypts. To replace a key, put the new one first everywhere, and remove the old one later. `openssl rand -base64 32` makes a key.',
  ),
  QUOTA_SHARE: variable(
    'replicas',
    string
      .regex(/^(0\.\d{1,6}|1(\.0+)?)$/, 'is not a number above 0 and at most 1')
      .transform(Number)
      .refine((share) => share > 0, 'is not a number above 0 and at most 1')
      .default(0.25),
    "fraction of the store's quota that a replica uses while it cannot reach Redis, above 0 and at most 1",
    'Times the number of replicas it should be at most 1. It has no effect without REDIS_URL.',
  ),

  DOCUMENT_MAX_CHARACTERS: variable(
    'documents',
    integer(1, 1_000_000).default(100_000),
    'maximum number of characters of a document',
  ),
  DOCUMENT_MAX_TOKENS: variable(
    'documents',
    integer(1, 1_000_000).default(20_000),
    'maximum number of tokens of a document',
  ),
  DOCUMENT_MAX_DEPTH: variable(
    'documents',
    integer(1, 100).default(15),
    'maximum nesting depth of the fields of a document',
  ),
  DOCUMENT_MAX_RECURSION: variable(
    'documents',
    integer(1, 100).default(3),
    'maximum number of times a field is nested within itself',
  ),
  DOCUMENT_MAX_SELECTIONS: variable(
    'documents',
    integer(1, 1_000_000).default(10_000),
    'maximum number of selected fields and fragments; each spread of a fragment counts',
  ),
  DOCUMENT_MAX_ALIASES: variable(
    'documents',
    integer(0, 1_000_000).default(1_000),
    'maximum number of aliases; each spread of a fragment counts',
  ),
  DOCUMENT_MAX_ROOT_FIELDS: variable(
    'documents',
    integer(1, 1_000_000).default(1_000),
    'maximum number of root fields; each spread of a fragment counts',
  ),
  DOCUMENT_MAX_DIRECTIVES: variable(
    'documents',
    integer(0, 1_000_000).default(1_000),
    'maximum number of directives; each spread of a fragment counts',
  ),
  DOCUMENT_MAX_REPEATS: variable(
    'documents',
    integer(1, 1_000).default(100),
    'maximum number of times a field is selected at one place',
    'It counts fields with the same response name, or with the same arguments.',
  ),
  LIST_MAX_ITEMS: variable(
    'documents',
    integer(1, 1_000_000).default(5_000),
    'maximum number of items of a list in the document or the variables',
    'At least WRITE_MAX_ITEMS.',
  ),
  TRUSTED_DOCUMENTS: variable(
    'documents',
    optionalString,
    'JSON file of trusted documents by hash; callers send the hash instead of the document',
    'GraphQL Code Generator writes such a file: `persistedDocuments` of its client preset. A changed file is read again within a second; if it is invalid, the last valid list stays in use.',
  ),
  TRUSTED_DOCUMENTS_ONLY: variable(
    'documents',
    string
      .regex(/^(on|off|(shoppers|users|keys)(,(shoppers|users|keys))*)$/, {
        error: 'is not on, off, or a list of: shoppers, users, keys',
      })
      .default('off'),
    'whose other documents are rejected: `on` (all), `off`, or a list of `shoppers`, `users`, `keys`',
    'With `shoppers,users` backends with API keys may send any document.',
  ),

  WRITE_MAX_ITEMS: variable(
    'writes',
    integer(1, 100_000).default(1_000),
    'maximum number of items of a mutation',
  ),
  WRITE_SETTLE_MS: variable(
    'writes',
    integer(0, 600_000).default(15_000),
    'milliseconds for which a write whose response was lost can still take effect',
    'The gateway does not report such a write as failed before then.',
  ),

  SANDBOX_PORT: variable('sandbox', port.default(4010), 'port of its REST API'),
  SANDBOX_TOKEN: variable(
    'sandbox',
    string.min(1, 'is empty').default('sandbox'),
    'access token that it accepts in the header X-Auth-Token',
  ),
  SANDBOX_CUSTOMERS: variable('sandbox', integer(0, 1_000_000).default(250), 'number of generated customers'),
  SANDBOX_SEED: variable(
    'sandbox',
    count.default(1),
    'seed of the generated data',
    'The same seed generates the same customers.',
  ),
  SANDBOX_FILE: variable(
    'sandbox',
    optionalString,
    'SQLite file of its records; in memory by default',
    'In memory they are generated anew at every start.',
  ),
  SANDBOX_QUOTA: variable(
    'sandbox',
    count.default(150),
    'requests allowed per window, as in the real store; 0 lifts the limit',
  ),
  SANDBOX_WINDOW_MS: variable(
    'sandbox',
    integer(1, 3_600_000).default(30_000),
    'length of that window, in milliseconds',
  ),
  SANDBOX_LATENCY_MS: variable(
    'sandbox',
    integer(0, 600_000).default(0),
    'delay added to each response, in milliseconds',
  ),
  SANDBOX_CONTROL: variable(
    'sandbox',
    onOrOff.default('off'),
    'its control API under /__sandbox: faults, request log, ledger of writes; `on` or `off`',
    'The control API needs no credentials.',
  ),
  CACHE_MAX_AGE: variable(
    'cache',
    seconds(0, 86_400).optional(),
    'maximum age of cached customers, addresses and metafields, in seconds; 0 for a real store, 300 for the sandbox',
    'The store announces their changes by webhooks. While these do not arrive, CACHE_MAX_AGE_WITHOUT_EVENTS limits the age too.',
  ),
  CACHE_MAX_AGE_WITHOUT_EVENTS: variable(
    'cache',
    seconds(0, 86_400).optional(),
    'maximum age of cached attributes, attribute values, form fields and settings, in seconds; 0 for a real store, 30 for the sandbox',
    'The store announces no changes of them.',
  ),
  CACHE_MAX_AGE_CONSENT: variable(
    'cache',
    seconds(0, 86_400).default(0),
    'maximum age of cached consent, in seconds; 0 caches none',
    'The store announces no changes of consent.',
  ),
  CACHE_STALE_IF_ERROR: variable(
    'cache',
    seconds(0, 3_600).default(0),
    'how much older a cached answer may be while the store is down, in seconds; 0 uses none',
    'Such an answer has a warning in its extensions. A request can ask for a figure of its own, up to 1 hour.',
  ),
  CACHE_BYTES: variable(
    'cache',
    integer(1_000_000, 10_000_000_000).default(64_000_000),
    'maximum size of the cache in memory, in bytes',
  ),
  CACHE_SWEEP_INTERVAL: variable(
    'cache',
    seconds(0, 86_400).default(300),
    'seconds between searches for changes that no webhook has announced, three REST calls each; 0 makes none',
  ),
  WEBHOOK_SECRET: variable(
    'cache',
    optionalString,
    'secret that the store sends with each webhook in the header X-Webhook-Secret; without it no webhook is accepted',
    'The command `webhooks register` gives it to the store. Two values, separated by a comma, are valid at once; the first is registered.',
  ),
  WEBHOOK_SECRET_FILE: variable(
    'cache',
    optionalString,
    'file that contains it, instead of WEBHOOK_SECRET',
    'The file is read again when it changes.',
  ),
  WEBHOOK_URL: variable(
    'cache',
    trustedUrl.optional(),
    'public URL of this gateway to which the store sends its webhooks, such as https://gateway.example.org/webhooks/bigcommerce',
  ),
  WEBHOOK_SIGNATURE: variable(
    'cache',
    oneOf(['off', 'required']).default('off'),
    'whether the signature of a webhook is verified too: off or required',
    'Try it with the command `webhooks check` first: a webhook that is always refused is switched off by the platform.',
  ),
  WEBHOOK_SIGNING_SECRET: variable(
    'cache',
    optionalString,
    'client secret of the API account whose access token registered the webhooks, with which the platform signs them',
    'If it is set, the command `webhooks check` says whether the signatures are valid, also while they are not required.',
  ),
  WEBHOOK_SIGNING_SECRET_FILE: variable(
    'cache',
    optionalString,
    'file that contains it, instead of WEBHOOK_SIGNING_SECRET',
    'The file is read again when it changes.',
  ),
  WEBHOOK_CHECK_INTERVAL: variable(
    'cache',
    seconds(10, 86_400).default(600),
    'seconds between checks whether the webhooks are switched on, one REST call each',
  ),
  SANDBOX_WEBHOOK_URL: variable(
    'sandbox',
    httpUrl.optional(),
    'destination of its webhooks, which are signed as in the real store; none are sent by default',
  ),

  GATEWAY_URL: variable(
    'remote',
    httpUrl.optional(),
    'address of the gateway that a command calls, such as https://gateway.example.org; the option --url overrides it',
  ),
  GATEWAY_KEY: variable('remote', optionalString, 'API key with which a command calls the gateway'),
  GATEWAY_KEY_FILE: variable(
    'remote',
    optionalString,
    'file that contains it, instead of GATEWAY_KEY; the option --key-file overrides both',
  ),
});

export type Environment = z.infer<typeof environmentSchema>;

/** The environment as it was given, without the variables that are empty. */
export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/** Shells and compose files spell "not set" as an empty variable. */
export function withoutEmpty(environment: RawEnvironment): RawEnvironment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

/** The default of a variable; undefined if it has none. */
export function defaultOf(name: keyof Environment): Environment[keyof Environment] {
  return environmentSchema.shape[name].safeParse(undefined).data;
}

/** The rows of the table, in its order. */
export const documentedVariables: readonly Variable[] = Object.entries(environmentSchema.shape).map(
  ([name, type]) => {
    const { group, description, notes } = type.meta() ?? {};
    const defaultValue = type.safeParse(undefined).data;
    return {
      name,
      group: String(group),
      meaning: description ?? '',
      notes: String(notes),
      defaultValue: defaultValue === undefined ? null : String(defaultValue),
    };
  },
);
