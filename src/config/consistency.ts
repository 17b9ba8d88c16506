import { isLoopback, isTrustworthy } from './urls.ts';
import { defaultOf, type Environment, type RawEnvironment } from './variables.ts';

/**
 * Problems of variables that contradict each other: one line each, without values. It reads the variables as given, so a
 * malformed variable does not hide a contradiction between two others.
 */
export function findContradictions(env: RawEnvironment): string[] {
  return [
    ...storeProblems(env),
    ...unsafeProblems(env),
    ...accessProblems(env),
    ...duplicateSources(env),
    ...missingCompanions(env),
    ...signInProblems(env),
    ...cacheProblems(env),
    ...documentProblems(env),
    ...limitProblems(env),
  ];
}

/** Settings that would serve the wrong store, or send the access token unprotected. */
function unsafeProblems(env: RawEnvironment): string[] {
  const { BIGCOMMERCE_STORE_HASH: hash, BIGCOMMERCE_API_URL: apiUrl } = env;
  const problems: string[] = [];
  if (hash === undefined && env.NODE_ENV === 'production' && env.SANDBOX !== 'on') {
    problems.push(
      'NODE_ENV is production, but no store is configured: set BIGCOMMERCE_STORE_HASH and BIGCOMMERCE_ACCESS_TOKEN, or SANDBOX=on for generated customers',
    );
  }
  if (env.SANDBOX_CONTROL === 'on' && env.NODE_ENV === 'production') {
    problems.push(
      'SANDBOX_CONTROL is on, although NODE_ENV is production: its control API needs no credentials',
    );
  }
  if (hash !== undefined && env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    problems.push(
      'NODE_TLS_REJECT_UNAUTHORIZED is 0: the access token would be sent to any server that answers; NODE_EXTRA_CA_CERTS adds a certificate authority',
    );
  }
  if (hash !== undefined && env.SANDBOX === 'on') {
    problems.push('SANDBOX is on, although BIGCOMMERCE_STORE_HASH is set; set one of them');
  }
  if (
    apiUrl !== undefined &&
    env.BIGCOMMERCE_API_HTTP !== 'on' &&
    URL.canParse(apiUrl) &&
    !isTrustworthy(new URL(apiUrl))
  ) {
    problems.push(
      'BIGCOMMERCE_API_URL is not https: the access token would be sent unprotected; BIGCOMMERCE_API_HTTP=on allows it',
    );
  }
  return problems;
}

function storeProblems(env: RawEnvironment): string[] {
  const { BIGCOMMERCE_STORE_HASH: hash, BIGCOMMERCE_ACCESS_TOKEN: token, BIGCOMMERCE_API_URL: apiUrl } = env;
  const problems: string[] = [];
  const tokenName = ['BIGCOMMERCE_ACCESS_TOKEN', 'BIGCOMMERCE_ACCESS_TOKEN_FILE'].find(
    (name) => env[name] !== undefined,
  );
  if ((hash === undefined) !== (tokenName === undefined)) {
    const [given, missing] =
      tokenName === undefined
        ? ['BIGCOMMERCE_STORE_HASH', 'BIGCOMMERCE_ACCESS_TOKEN']
        : [tokenName, 'BIGCOMMERCE_STORE_HASH'];
    problems.push(
      `${missing} is missing, although ${given} is set; set both for a real store, neither for the sandbox`,
    );
  } else if (apiUrl !== undefined && hash === undefined) {
    problems.push('BIGCOMMERCE_API_URL is set without BIGCOMMERCE_STORE_HASH and BIGCOMMERCE_ACCESS_TOKEN');
  }
  // The URL is printed at startup.
  if (apiUrl !== undefined && /^\w+:\/\/[^/]*@/.test(apiUrl)) {
    problems.push(
      'BIGCOMMERCE_API_URL contains a user name or a password: the API takes the access token only',
    );
  }
  if (hash !== undefined && !/^[\w-]+$/.test(hash)) {
    problems.push('BIGCOMMERCE_STORE_HASH is not a store hash: letters and digits');
  }
  // A header value cannot contain control characters, and a pasted token often ends in a line break.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    problems.push('BIGCOMMERCE_ACCESS_TOKEN contains characters that a token cannot have');
  }
  return problems;
}

/** The variables that configure a way to authenticate. */
const AUTHENTICATION = ['GATEWAY_KEYS_FILE', 'GATEWAY_KEYS', 'OIDC_ISSUER', 'BIGCOMMERCE_CLIENT_ID'] as const;

function accessProblems(env: RawEnvironment): string[] {
  const problems: string[] = [];
  const isRealStore = env.BIGCOMMERCE_STORE_HASH !== undefined;
  const configured = AUTHENTICATION.filter((name) => env[name] !== undefined);
  const isOpenToShoppers = env.SHOPPER_SIGN_IN === 'public';
  if (isRealStore && env.GATEWAY_AUTH === undefined && configured.length === 0 && !isOpenToShoppers) {
    problems.push(
      'GATEWAY_AUTH is not set: a real store requires authentication, such as GATEWAY_KEYS_FILE, or GATEWAY_AUTH=none on a loopback HOST',
    );
  }
  if (env.GATEWAY_AUTH === 'none') {
    problems.push(
      ...configured.map((name) => `${name} is set, although GATEWAY_AUTH=none disables authentication`),
    );
  }
  if (isRealStore && env.GATEWAY_AUTH === 'none' && env.HOST !== undefined && !isLoopback(env.HOST)) {
    problems.push(
      'GATEWAY_AUTH=none gives every caller access to a real store: HOST must be a loopback address, such as 127.0.0.1',
    );
  }
  return problems;
}

/** Pairs of a variable and another one without which it has no effect. */
const COMPANIONS: readonly (readonly [string, string])[] = [
  ['OIDC_ISSUER', 'OIDC_AUDIENCE'],
  ['OIDC_AUDIENCE', 'OIDC_ISSUER'],
  ['OIDC_JWKS_URL', 'OIDC_ISSUER'],
  ['OIDC_ALGORITHMS', 'OIDC_ISSUER'],
  ['OIDC_CLOCK_TOLERANCE_S', 'OIDC_ISSUER'],
  ['OIDC_SCOPE_CLAIM', 'OIDC_ISSUER'],
  ['OIDC_SCOPE_PREFIX', 'OIDC_ISSUER'],
  ['OIDC_CALLS_PER_MINUTE', 'OIDC_ISSUER'],
  ['BIGCOMMERCE_CLIENT_SECRET', 'BIGCOMMERCE_CLIENT_ID'],
  ['BIGCOMMERCE_CLIENT_SECRET_FILE', 'BIGCOMMERCE_CLIENT_ID'],
  ['SHOPPER_JWT_MAX_AGE_S', 'BIGCOMMERCE_CLIENT_ID'],
  // Redis holds personal data.
  ['REDIS_URL', 'REDIS_ENCRYPTION_KEYS'],
  ['REDIS_ENCRYPTION_KEYS', 'REDIS_URL'],
];

/** Settings that need the keys of shoppers' tokens, which only the sandbox makes itself. */
function signInProblems(env: RawEnvironment): string[] {
  const { SHOPPER_SIGN_IN: mode, BIGCOMMERCE_STORE_HASH: hash } = env;
  const keysName = ['SHOPPER_TOKEN_KEYS', 'SHOPPER_TOKEN_KEYS_FILE'].find((name) => env[name] !== undefined);
  if (mode === 'off') {
    const unused = [keysName, env.SHOPPER_REVOCATIONS_FILE && 'SHOPPER_REVOCATIONS_FILE'];
    return unused.flatMap((name) => (name ? [`${name} is set, although SHOPPER_SIGN_IN is off`] : []));
  }
  if (hash === undefined || keysName !== undefined) return [];
  const given = ['SHOPPER_SIGN_IN', 'SHOPPER_REVOCATIONS_FILE'].filter((name) => env[name] !== undefined);
  return given.map((name) => `SHOPPER_TOKEN_KEYS is missing, although ${name} is set`);
}

/** Variables that can be replaced by a file. Which of the two counts would be a guess. */
const FILE_VARIABLES = [
  'GATEWAY_KEYS',
  'BIGCOMMERCE_ACCESS_TOKEN',
  'BIGCOMMERCE_CLIENT_SECRET',
  'SHOPPER_TOKEN_KEYS',
  'WEBHOOK_SECRET',
  'WEBHOOK_SIGNING_SECRET',
] as const;

function duplicateSources(env: RawEnvironment): string[] {
  return FILE_VARIABLES.filter((name) => env[name] !== undefined && env[`${name}_FILE`] !== undefined).map(
    (name) => `${name} and ${name}_FILE are both set: set one of them`,
  );
}

function missingCompanions(env: RawEnvironment): string[] {
  const missing = COMPANIONS.filter(
    ([given, needed]) => env[given] !== undefined && env[needed] === undefined,
  );
  const hasSecret =
    env.BIGCOMMERCE_CLIENT_SECRET !== undefined || env.BIGCOMMERCE_CLIENT_SECRET_FILE !== undefined;
  const pairs =
    env.BIGCOMMERCE_CLIENT_ID === undefined || hasSecret
      ? missing
      : [...missing, ['BIGCOMMERCE_CLIENT_ID', 'BIGCOMMERCE_CLIENT_SECRET'] as const];
  return pairs.map(([given, needed]) => `${needed} is missing, although ${given} is set`);
}

function cacheProblems(env: RawEnvironment): string[] {
  const has = (name: string) => env[name] !== undefined || env[`${name}_FILE`] !== undefined;
  const problems: string[] = [];
  if (has('WEBHOOK_SECRET') !== has('WEBHOOK_URL')) {
    const [given, missing] = has('WEBHOOK_URL')
      ? ['WEBHOOK_URL', 'WEBHOOK_SECRET']
      : ['WEBHOOK_SECRET', 'WEBHOOK_URL'];
    problems.push(`${missing} is missing, although ${given} is set`);
  }
  if (env.WEBHOOK_SIGNATURE === 'required' && !has('WEBHOOK_SIGNING_SECRET')) {
    problems.push('WEBHOOK_SIGNING_SECRET is missing, although WEBHOOK_SIGNATURE is required');
  }
  const isRealStore = env.BIGCOMMERCE_STORE_HASH !== undefined;
  const isOn = (name: string) => Number(env[name] ?? 0) > 0;
  if (
    isRealStore &&
    isOn('CACHE_MAX_AGE') &&
    !has('WEBHOOK_SECRET') &&
    !isOn('CACHE_MAX_AGE_WITHOUT_EVENTS')
  ) {
    problems.push(
      'CACHE_MAX_AGE has no effect without webhooks: set WEBHOOK_SECRET and WEBHOOK_URL, or CACHE_MAX_AGE_WITHOUT_EVENTS, which limits the age while none arrive',
    );
  }
  return problems;
}

function documentProblems(env: RawEnvironment): string[] {
  const { TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: only = 'off' } = env;
  if (only === 'off' || file !== undefined) return [];
  return [
    `TRUSTED_DOCUMENTS_ONLY is ${only === 'on' ? 'on' : 'set'}, but TRUSTED_DOCUMENTS is not set: no document could run`,
  ];
}

/** Limits that can never be reached, because another limit is lower. */
function limitProblems(env: RawEnvironment): string[] {
  const value = (name: keyof Environment) => Number(env[name] ?? defaultOf(name));
  const problems: string[] = [];
  if (value('OPERATION_TIMEOUT_MS') < value('UPSTREAM_TIMEOUT_MS')) {
    problems.push('OPERATION_TIMEOUT_MS is less than UPSTREAM_TIMEOUT_MS: no REST call could take that long');
  }
  if (value('QUEUE_MAX_CALLS') < value('OPERATION_MAX_CALLS')) {
    problems.push(
      'QUEUE_MAX_CALLS is less than OPERATION_MAX_CALLS: an operation of that many calls would not fit in the queue',
    );
  }
  if (value('WRITE_MAX_ITEMS') > value('LIST_MAX_ITEMS')) {
    problems.push('WRITE_MAX_ITEMS is more than LIST_MAX_ITEMS: lists of that length would be rejected');
  }
  return problems;
}
