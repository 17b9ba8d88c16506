import { describe, expect, test } from 'vitest';
import { type Config, parseConfig } from '../../src/config/index.ts';

type Environment = Readonly<Record<string, string>>;

function configOf(environment: Environment): Config {
  const parsed = parseConfig(environment);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}

function problemsOf(environment: Environment): readonly string[] {
  const parsed = parseConfig(environment);
  return 'problems' in parsed ? parsed.problems : [];
}

const STORE: Environment = {
  BIGCOMMERCE_STORE_HASH: 'abc123',
  BIGCOMMERCE_ACCESS_TOKEN: 'secret-token',
  GATEWAY_AUTH: 'none',
};

const OIDC: Environment = { OIDC_ISSUER: 'https://id.example.com/', OIDC_AUDIENCE: 'gateway' };

test('without any variable the gateway uses the sandbox store on loopback and the documented defaults', () => {
  expect(configOf({})).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    store: {
      kind: 'sandbox',
      port: 4010,
      token: 'sandbox',
      customers: 250,
      seed: 1,
      file: null,
      quota: 150,
      windowMs: 30_000,
      latencyMs: 0,
    },
    logLevel: 'info',
    graphiql: true,
    shutdownGraceMs: 25_000,
    upstream: { timeoutMs: 10_000, maxBodyBytes: 32_000_000, connections: 64 },
  });
});

test('a store hash and an access token select the real store at its default URL', () => {
  expect(configOf(STORE).store).toEqual({
    kind: 'bigcommerce',
    hash: 'abc123',
    apiUrl: 'https://api.bigcommerce.com/stores/abc123/v3',
    accessToken: { text: 'secret-token' },
  });
  const elsewhere = configOf({ ...STORE, BIGCOMMERCE_API_URL: 'http://127.0.0.1:9/v3' });
  expect(elsewhere.store).toMatchObject({ apiUrl: 'http://127.0.0.1:9/v3' });
});

test('introspection and explain are off for a real store unless enabled or in development', () => {
  const features = ({ guards }: Config) => [guards.introspection, guards.explain, guards.batching];
  expect(features(configOf({}))).toEqual([true, true, false]);
  expect(features(configOf(STORE))).toEqual([false, false, false]);
  expect(features(configOf({ ...STORE, NODE_ENV: 'development' }))).toEqual([true, true, false]);
  const switched = { ...STORE, INTROSPECTION: 'on', EXPLAIN: 'on', BATCHING: 'on' };
  expect(features(configOf(switched))).toEqual([true, true, true]);
});

test('CORS origins are an allow list, and a loopback HOST allows loopback host names only', () => {
  expect(configOf({}).guards.corsOrigins).toEqual([]);
  const listed = configOf({ CORS_ORIGINS: 'https://shop.example, http://localhost:3000' });
  expect(listed.guards.corsOrigins).toEqual(['https://shop.example', 'http://localhost:3000']);
  for (const CORS_ORIGINS of [
    '*',
    'null',
    'shop.example',
    'https://shop.example/',
    'https://*.example',
    'a:b',
  ])
    expect(problemsOf({ CORS_ORIGINS })).toEqual([
      'CORS_ORIGINS is not a list of origins such as https://shop.example',
    ]);
  expect(configOf({}).allowedHosts).toEqual([]);
  expect(configOf({ HOST: '0.0.0.0' }).allowedHosts).toBeNull();
  expect(configOf({ HOST: '0.0.0.0', PUBLIC_HOSTS: 'API.shop.example' }).allowedHosts).toEqual([
    'api.shop.example',
  ]);
  expect(problemsOf({ PUBLIC_HOSTS: 'https://a' })).toEqual(['PUBLIC_HOSTS is not a list of host names']);
});

test('TRUSTED_DOCUMENTS_ONLY requires a file of trusted documents', () => {
  expect(configOf({}).trustedDocuments).toBeNull();
  const trusted = configOf({ TRUSTED_DOCUMENTS: 'documents.json', TRUSTED_DOCUMENTS_ONLY: 'on' });
  expect(trusted.trustedDocuments).toEqual({
    file: 'documents.json',
    bound: ['anyone', 'key', 'user', 'shopper', 'public'],
  });
  expect(problemsOf({ TRUSTED_DOCUMENTS_ONLY: 'on' })).toEqual([
    'TRUSTED_DOCUMENTS_ONLY is on, but TRUSTED_DOCUMENTS is not set: no document could run',
  ]);
});

test('WRITE_MAX_ITEMS is at most LIST_MAX_ITEMS', () => {
  const problem = 'WRITE_MAX_ITEMS is more than LIST_MAX_ITEMS: lists of that length would be rejected';
  expect(problemsOf({ WRITE_MAX_ITEMS: '5001' })).toEqual([problem]);
  expect(problemsOf({ LIST_MAX_ITEMS: '999' })).toEqual([problem]);
  expect(problemsOf({ WRITE_MAX_ITEMS: '9000', LIST_MAX_ITEMS: '9000' })).toEqual([]);
});

test.each<[Environment, string[]]>([
  [
    { ...STORE, BIGCOMMERCE_ACCESS_TOKEN_FILE: 'token' },
    ['BIGCOMMERCE_ACCESS_TOKEN and BIGCOMMERCE_ACCESS_TOKEN_FILE are both set: set one of them'],
  ],
  [
    { BIGCOMMERCE_ACCESS_TOKEN_FILE: 'token' },
    [
      'BIGCOMMERCE_STORE_HASH is missing, although BIGCOMMERCE_ACCESS_TOKEN_FILE is set; set both for a real store, neither for the sandbox',
    ],
  ],
  [
    {
      BIGCOMMERCE_CLIENT_ID: 'app',
      BIGCOMMERCE_CLIENT_SECRET: 'a',
      BIGCOMMERCE_CLIENT_SECRET_FILE: 'file',
    },
    ['BIGCOMMERCE_CLIENT_SECRET and BIGCOMMERCE_CLIENT_SECRET_FILE are both set: set one of them'],
  ],
  [
    { BIGCOMMERCE_CLIENT_SECRET_FILE: 'file' },
    ['BIGCOMMERCE_CLIENT_ID is missing, although BIGCOMMERCE_CLIENT_SECRET_FILE is set'],
  ],
  [
    { BIGCOMMERCE_CLIENT_ID: 'app' },
    ['BIGCOMMERCE_CLIENT_SECRET is missing, although BIGCOMMERCE_CLIENT_ID is set'],
  ],
  [{ BIGCOMMERCE_CLIENT_ID: 'app', BIGCOMMERCE_CLIENT_SECRET_FILE: 'file' }, []],
  [
    { SANDBOX: 'on', NODE_ENV: 'production', SANDBOX_CONTROL: 'on' },
    ['SANDBOX_CONTROL is on, although NODE_ENV is production: its control API needs no credentials'],
  ],
  [{ SANDBOX_CONTROL: 'on' }, []],
  [
    { ...STORE, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    [
      'NODE_TLS_REJECT_UNAUTHORIZED is 0: the access token would be sent to any server that answers; NODE_EXTRA_CA_CERTS adds a certificate authority',
    ],
  ],
  [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, []],
  [{ CORS_ORIGINS: '*' }, ['CORS_ORIGINS is not a list of origins such as https://shop.example']],
  [{ CORS_ORIGINS: 'null' }, ['CORS_ORIGINS is not a list of origins such as https://shop.example']],
  [{ PUBLIC_HOSTS: '*' }, ['PUBLIC_HOSTS is not a list of host names']],
  [
    { TRUSTED_DOCUMENTS: 'file', TRUSTED_DOCUMENTS_ONLY: 'shopper' },
    ['TRUSTED_DOCUMENTS_ONLY is not on, off, or a list of: shoppers, users, keys'],
  ],
  [
    { TRUSTED_DOCUMENTS_ONLY: 'users' },
    ['TRUSTED_DOCUMENTS_ONLY is set, but TRUSTED_DOCUMENTS is not set: no document could run'],
  ],
])('reports what is unsafe or ambiguous in %o', (environment, problems) => {
  expect(problemsOf(environment)).toEqual(problems);
});

test('the list of trusted documents binds the kinds of callers that are named', () => {
  const boundBy = (value: string) =>
    configOf({ TRUSTED_DOCUMENTS: 'file', TRUSTED_DOCUMENTS_ONLY: value }).trustedDocuments?.bound;
  expect(boundBy('off')).toEqual([]);
  expect(boundBy('shoppers,users')).toEqual(['user', 'shopper', 'public']);
  expect(boundBy('on')).toContain('public');
  expect(boundBy('keys')).toEqual(['key']);
});

test('authentication is off if no method is configured', () => {
  expect([configOf({}).access, configOf(STORE).access]).toEqual([null, null]);
});

test.each<[Environment, Partial<Config['access']>]>([
  [{ GATEWAY_KEYS_FILE: 'keys.json' }, { keys: { file: 'keys.json' }, oidc: null, platform: null }],
  [{ ...STORE, GATEWAY_AUTH: '', GATEWAY_KEYS_FILE: 'keys.json' }, { keys: { file: 'keys.json' } }],
  [{ GATEWAY_KEYS: '{"keys":[]}' }, { keys: { text: '{"keys":[]}' } }],
  [
    OIDC,
    {
      keys: null,
      oidc: {
        issuer: 'https://id.example.com/',
        audience: 'gateway',
        jwksUrl: null,
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        clockToleranceS: 30,
        scopeClaim: 'scope',
        scopePrefix: '',
        callsPerMinute: 600,
      },
    },
  ],
  [
    {
      ...OIDC,
      OIDC_JWKS_URL: 'http://[::1]:8080/keys',
      OIDC_ALGORITHMS: 'ES256, EdDSA',
      OIDC_CLOCK_TOLERANCE_S: '0',
      OIDC_SCOPE_CLAIM: 'permissions',
      OIDC_SCOPE_PREFIX: 'shop:',
      OIDC_CALLS_PER_MINUTE: '0',
    },
    {
      oidc: {
        issuer: 'https://id.example.com/',
        audience: 'gateway',
        jwksUrl: 'http://[::1]:8080/keys',
        algorithms: ['ES256', 'EdDSA'],
        clockToleranceS: 0,
        scopeClaim: 'permissions',
        scopePrefix: 'shop:',
        callsPerMinute: null,
      },
    },
  ],
  [
    { ...STORE, GATEWAY_AUTH: '', BIGCOMMERCE_CLIENT_ID: 'app', BIGCOMMERCE_CLIENT_SECRET: 'secret' },
    {
      platform: { clientId: 'app', clientSecret: { text: 'secret' }, maxAgeS: 900 },
    },
  ],
  [
    {
      BIGCOMMERCE_CLIENT_ID: 'app',
      BIGCOMMERCE_CLIENT_SECRET: 'secret',
      SHOPPER_JWT_MAX_AGE_S: '120',
    },
    {
      platform: { clientId: 'app', clientSecret: { text: 'secret' }, maxAgeS: 120 },
    },
  ],
])('a configured method of authentication makes it mandatory: %o', (environment, access) => {
  expect(configOf(environment).access).toMatchObject(access ?? {});
});

test.each<[Environment, Config['signIn']]>([
  [{}, { isPublic: true, keys: null, revocationsFile: null }],
  [{ SHOPPER_SIGN_IN: 'keys' }, { isPublic: false, keys: null, revocationsFile: null }],
  [{ SHOPPER_SIGN_IN: 'off' }, null],
  [STORE, null],
  [
    { ...STORE, SHOPPER_TOKEN_KEYS: '{}', SHOPPER_REVOCATIONS_FILE: 'ended.db' },
    { isPublic: false, keys: { text: '{}' }, revocationsFile: 'ended.db' },
  ],
  [
    { ...STORE, SHOPPER_TOKEN_KEYS_FILE: 'keys.json', SHOPPER_SIGN_IN: 'public' },
    { isPublic: true, keys: { file: 'keys.json' }, revocationsFile: null },
  ],
])('shoppers can sign in as configured: %o', (environment, signIn) => {
  expect(configOf(environment).signIn).toEqual(signIn);
});

test.each<[Environment, string]>([
  [{ ...STORE, SHOPPER_SIGN_IN: 'keys' }, 'SHOPPER_TOKEN_KEYS is missing, although SHOPPER_SIGN_IN is set'],
  [
    { ...STORE, SHOPPER_REVOCATIONS_FILE: 'ended.db' },
    'SHOPPER_TOKEN_KEYS is missing, although SHOPPER_REVOCATIONS_FILE is set',
  ],
  [
    { SHOPPER_SIGN_IN: 'off', SHOPPER_TOKEN_KEYS_FILE: 'keys.json' },
    'SHOPPER_TOKEN_KEYS_FILE is set, although SHOPPER_SIGN_IN is off',
  ],
  [
    { SHOPPER_TOKEN_KEYS: '{}', SHOPPER_TOKEN_KEYS_FILE: 'keys.json' },
    'SHOPPER_TOKEN_KEYS and SHOPPER_TOKEN_KEYS_FILE are both set: set one of them',
  ],
])('a contradiction of the sign-in is a problem: %o', (environment, problem) => {
  expect(parseConfig(environment)).toEqual({ problems: [problem] });
});

test('a real store that is open to shoppers alone requires authentication', () => {
  const { GATEWAY_AUTH: _, ...store } = STORE;
  const environment = { ...store, SHOPPER_SIGN_IN: 'public', SHOPPER_TOKEN_KEYS: '{}' };
  expect(configOf(environment).access).toEqual({ keys: null, oidc: null, platform: null });
});

test('an empty variable counts as not set', () => {
  expect(configOf({ PORT: '', BIGCOMMERCE_STORE_HASH: '', SANDBOX_FILE: '' })).toEqual(configOf({}));
});

test('all SANDBOX_ variables reach the sandbox configuration', () => {
  const { store } = configOf({
    SANDBOX_PORT: '0',
    SANDBOX_TOKEN: 'mine',
    SANDBOX_CUSTOMERS: '5',
    SANDBOX_SEED: '7',
    SANDBOX_FILE: 'shop.db',
    SANDBOX_QUOTA: '0',
    SANDBOX_WINDOW_MS: '1000',
    SANDBOX_LATENCY_MS: '20',
    SANDBOX_CONTROL: 'on',
    SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:9/hooks',
  });
  expect(store).toEqual({
    kind: 'sandbox',
    port: 0,
    token: 'mine',
    customers: 5,
    seed: 7,
    file: 'shop.db',
    quota: 0,
    windowMs: 1_000,
    latencyMs: 20,
    control: true,
    webhookUrl: 'http://127.0.0.1:9/hooks',
  });
});

test.each<[Environment, string | undefined]>([
  [{}, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, 'otlp'],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'otlp'],
  [{ OTEL_TRACES_EXPORTER: 'console' }, 'console'],
  [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, undefined],
])('tracing is off unless an exporter or an endpoint is configured: %o', (environment, exporter) => {
  expect(configOf(environment).tracing?.exporter).toBe(exporter);
});

test('the sampler and its ratio are read from the OpenTelemetry variables', () => {
  const environment = {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  };
  expect(configOf(environment).tracing).toEqual({ exporter: 'otlp', sampler: 'traceidratio', ratio: 0.25 });
});

test.each<[Environment, boolean]>([
  [{}, true],
  [{ GRAPHIQL: 'off' }, false],
  [STORE, false],
  [{ ...STORE, GRAPHIQL: 'on' }, true],
  [{ ...STORE, NODE_ENV: 'production' }, false],
  [{ ...STORE, NODE_ENV: 'development' }, true],
  [{ ...STORE, NODE_ENV: 'development', GRAPHIQL: 'off' }, false],
])('GraphiQL is off for a real store unless enabled or in development: %o', (environment, graphiql) => {
  expect(configOf(environment).graphiql).toBe(graphiql);
});

describe('a configuration problem', () => {
  test.each<[Environment, string]>([
    [{ PORT: 'http' }, 'PORT is not a whole number'],
    [{ PORT: '-1' }, 'PORT is not a whole number'],
    [{ PORT: '4000.5' }, 'PORT is not a whole number'],
    [{ PORT: '65536' }, 'PORT is not between 0 and 65535'],
    [{ UPSTREAM_TIMEOUT_MS: '0' }, 'UPSTREAM_TIMEOUT_MS is not between 1 and 600000'],
    [{ UPSTREAM_CONNECTIONS: '0' }, 'UPSTREAM_CONNECTIONS is not between 1 and 1000'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is not one of: debug, info, warn, error, silent'],
    [{ GRAPHIQL: 'yes' }, 'GRAPHIQL is not one of: on, off'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https URL'],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER is not one of: otlp, console, none'],
    [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1'],
    [{ GATEWAY_AUTH: 'jwt' }, 'GATEWAY_AUTH is not one of: none'],
    [
      { ...STORE, BIGCOMMERCE_API_URL: 'ftp://example.com/v3', BIGCOMMERCE_API_HTTP: 'on' },
      'BIGCOMMERCE_API_URL is not an http or https URL',
    ],
    [
      { ...STORE, BIGCOMMERCE_API_URL: 'http://api.example.com/v3' },
      'BIGCOMMERCE_API_URL is not https: the access token would be sent unprotected; BIGCOMMERCE_API_HTTP=on allows it',
    ],
    [
      { NODE_ENV: 'production' },
      'NODE_ENV is production, but no store is configured: set BIGCOMMERCE_STORE_HASH and BIGCOMMERCE_ACCESS_TOKEN, or SANDBOX=on for generated customers',
    ],
    [{ ...STORE, SANDBOX: 'on' }, 'SANDBOX is on, although BIGCOMMERCE_STORE_HASH is set; set one of them'],
    [{ ...STORE, BIGCOMMERCE_API_URL: 'example' }, 'BIGCOMMERCE_API_URL is not an http or https URL'],
    [
      { BIGCOMMERCE_STORE_HASH: 'abc123', GATEWAY_AUTH: 'none' },
      'BIGCOMMERCE_ACCESS_TOKEN is missing, although BIGCOMMERCE_STORE_HASH is set; set both for a real store, neither for the sandbox',
    ],
    [
      { BIGCOMMERCE_ACCESS_TOKEN: 'secret-token' },
      'BIGCOMMERCE_STORE_HASH is missing, although BIGCOMMERCE_ACCESS_TOKEN is set; set both for a real store, neither for the sandbox',
    ],
    [
      { BIGCOMMERCE_API_URL: 'http://127.0.0.1:9/v3' },
      'BIGCOMMERCE_API_URL is set without BIGCOMMERCE_STORE_HASH and BIGCOMMERCE_ACCESS_TOKEN',
    ],
    [
      { ...STORE, BIGCOMMERCE_STORE_HASH: '../evil' },
      'BIGCOMMERCE_STORE_HASH is not a store hash: letters and digits',
    ],
    [
      { ...STORE, BIGCOMMERCE_ACCESS_TOKEN: 'secret-token\n' },
      'BIGCOMMERCE_ACCESS_TOKEN contains characters that a token cannot have',
    ],
    [
      { BIGCOMMERCE_STORE_HASH: 'abc123', BIGCOMMERCE_ACCESS_TOKEN: 'secret-token' },
      'GATEWAY_AUTH is not set: a real store requires authentication, such as GATEWAY_KEYS_FILE, or GATEWAY_AUTH=none on a loopback HOST',
    ],
    [
      { GATEWAY_AUTH: 'none', GATEWAY_KEYS_FILE: 'keys.json' },
      'GATEWAY_KEYS_FILE is set, although GATEWAY_AUTH=none disables authentication',
    ],
    [{ OIDC_ISSUER: 'https://id.example.com' }, 'OIDC_AUDIENCE is missing, although OIDC_ISSUER is set'],
    [{ OIDC_SCOPE_PREFIX: 'x' }, 'OIDC_ISSUER is missing, although OIDC_SCOPE_PREFIX is set'],
    [
      { BIGCOMMERCE_CLIENT_ID: 'app' },
      'BIGCOMMERCE_CLIENT_SECRET is missing, although BIGCOMMERCE_CLIENT_ID is set',
    ],
    [
      { ...OIDC, OIDC_ISSUER: 'http://id.example.com' },
      'OIDC_ISSUER is not an https URL (http is allowed for loopback addresses only)',
    ],
    [
      { ...OIDC, OIDC_JWKS_URL: 'http://127.0.0.1.example.com/keys' },
      'OIDC_JWKS_URL is not an https URL (http is allowed for loopback addresses only)',
    ],
    [{ ...OIDC, OIDC_ISSUER: 'example' }, 'OIDC_ISSUER is not a URL'],
    [
      { ...OIDC, OIDC_ALGORITHMS: 'RS256,HS256' },
      'OIDC_ALGORITHMS contains something other than RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    ],
    [{ ...OIDC, OIDC_CLOCK_TOLERANCE_S: '301' }, 'OIDC_CLOCK_TOLERANCE_S is not between 0 and 300'],
    [{ ...OIDC, GATEWAY_HASH_KEY: 'short' }, 'GATEWAY_HASH_KEY is shorter than 32 characters'],
    [
      { GATEWAY_KEYS: '{"keys":[]}', GATEWAY_KEYS_FILE: 'keys.json' },
      'GATEWAY_KEYS and GATEWAY_KEYS_FILE are both set: set one of them',
    ],
    [
      { ...STORE, HOST: '0.0.0.0' },
      'GATEWAY_AUTH=none gives every caller access to a real store: HOST must be a loopback address, such as 127.0.0.1',
    ],
  ])('of %o is reported in one line', (environment, problem) => {
    expect(problemsOf(environment)).toEqual([problem]);
  });

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])(
    'is not reported for GATEWAY_AUTH=none on %s',
    (HOST) => {
      expect(problemsOf({ ...STORE, HOST })).toEqual([]);
    },
  );

  test.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', 'localhost.example.com', '128.0.0.1'])(
    'is reported for GATEWAY_AUTH=none with a real store on %s',
    (HOST) => {
      expect(problemsOf({ ...STORE, HOST })).toHaveLength(1);
    },
  );

  test('is reported together with all others, without values', () => {
    const problems = problemsOf({
      PORT: 'secret-port',
      LOG_LEVEL: 'secret-level',
      SANDBOX_QUOTA: '-150',
      BIGCOMMERCE_API_URL: 'secret-url',
      BIGCOMMERCE_ACCESS_TOKEN: 'secret token',
      HOST: '0.0.0.0',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).toSorted()).toEqual([
      'BIGCOMMERCE_ACCESS_TOKEN',
      'BIGCOMMERCE_API_URL',
      'BIGCOMMERCE_STORE_HASH',
      'LOG_LEVEL',
      'PORT',
      'SANDBOX_QUOTA',
    ]);
    expect(problems.join('\n')).not.toMatch(/secret|-150/);
  });
});

test('rejects an API URL with a password, which the startup message would print', () => {
  const environment = { ...STORE, BIGCOMMERCE_API_URL: 'https://someone:secret@api.example.com/v3' };
  expect(parseConfig(environment)).toEqual({
    problems: ['BIGCOMMERCE_API_URL contains a user name or a password: the API takes the access token only'],
  });
});
