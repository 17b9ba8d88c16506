import { z } from 'zod';

/** A store behind the gateway: our own sandbox, or whatever speaks the API. */
export type StoreConfig =
  | {
      readonly kind: 'sandbox';
      readonly port: number;
      readonly token: string;
      readonly customers: number;
      readonly seed: number;
      /** SQLite file that keeps the records; null keeps them in memory. */
      readonly file: string | null;
      /** Requests in a window; 0 lifts the limit. */
      readonly quota: number;
      readonly windowMs: number;
      readonly latencyMs: number;
      /** Whether the control door is open, to anyone who reaches the port. */
      readonly control: boolean;
      /** Where webhooks go; null sends none. */
      readonly webhookUrl: string | null;
    }
  | {
      readonly kind: 'bigcommerce';
      /** Base of the REST API up to and including `/v3`. */
      readonly apiUrl: string;
      readonly accessToken: string;
    };

/** How callers may say who they are. */
export interface AccessConfig {
  /** The file that holds the keys, or the text that it would hold; null where there are none. */
  readonly keys: { readonly file: string } | { readonly text: string } | null;
  /** Tokens of an OpenID provider; null where there is none. */
  readonly users: {
    readonly issuer: string;
    readonly audience: string;
    /** Null looks it up at the issuer. */
    readonly jwksUrl: string | null;
    readonly algorithms: readonly string[];
    readonly clockToleranceS: number;
    readonly scopeClaim: string;
    readonly scopePrefix: string;
  } | null;
  /** Tokens of shoppers, which the platform signs for an app; null where they are not let in. */
  readonly shoppers: {
    readonly storeHash: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
  /** The key of the hashes that users and shoppers are named by; null makes one up. */
  readonly hashKey: string | null;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly store: StoreConfig;
  /** Null lets everyone in. */
  readonly access: AccessConfig | null;
  /** Proxies in front of the gateway, whose word on the caller's address counts. */
  readonly proxies: number;
  /** Where the audit goes: a file, or `stdout`; null keeps none. */
  readonly audit: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly graphiql: boolean;
  /** A real store, and not in development. */
  readonly production: boolean;
  /** REST calls that one operation may cost at the most. */
  readonly operationMaxCalls: number;
  /** Milliseconds within which an operation is answered. */
  readonly operationTimeoutMs: number;
  readonly governor: {
    /** Calls that may wait for the store at the most. */
    readonly maxWaiting: number;
    /** Retries of reads per call, over all callers. */
    readonly retryShare: number;
  };
  readonly writes: {
    /** Items of one mutation at the most. */
    readonly maxItems: number;
    /** Milliseconds for which a write whose answer was lost may still land. */
    readonly settleMs: number;
  };
  /** Names or ids of the attributes that shoppers see of themselves. */
  readonly shopperAttributes: readonly string[];
  /** Null where nobody traces. */
  readonly tracing: {
    /** Where spans go: a collector that speaks OTLP over HTTP, or standard output. */
    readonly exporter: 'otlp' | 'console';
    readonly sampler: (typeof SAMPLERS)[number];
    /** Of the traces, what a `traceidratio` sampler keeps: 0 to 1. */
    readonly ratio: number;
  } | null;
  /** What may be sent to the gateway, and what it tells of itself. */
  readonly front: {
    readonly limits: {
      readonly characters: number;
      readonly tokens: number;
      readonly depth: number;
      readonly recursion: number;
      readonly selections: number;
      readonly aliases: number;
      readonly rootFields: number;
      readonly directives: number;
      readonly repeats: number;
      readonly listItems: number;
    };
    readonly introspection: boolean;
    readonly explain: boolean;
    readonly batching: boolean;
    readonly corsOrigins: readonly string[];
    readonly requestBytes: number;
  };
  /** Names that requests may be for, beside those of this machine; null takes every name. */
  readonly hosts: readonly string[] | null;
  readonly maxConnections: number;
  /** Null where there is no such file. */
  readonly trustedDocuments: {
    readonly file: string;
    /** Whether no other document runs. */
    readonly only: boolean;
  } | null;
  readonly shutdownGraceMs: number;
  /** Whether npm started this process, through a shell that passes no signal on. */
  readonly startedByNpm: boolean;
  readonly upstream: {
    readonly timeoutMs: number;
    readonly maxBodyBytes: number;
    readonly connections: number;
  };
}

/** A variable of the environment, as `--help` tells of it. */
export interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** What counts where it is not set; null where nothing does. */
  readonly fallback: string | null;
}

const number = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `is not between ${least} and ${most}`);
const port = number(0, 65_535);
const count = number(0, 1_000_000_000);

/** An address whose answers are believed: nobody may change them on their way. */
const safeUrl = z
  .url({ error: 'is not an address' })
  .refine((text) => !URL.canParse(text) || isSafe(new URL(text)), {
    error: 'is not an https address (http is for loopback addresses)',
  });

/** Signatures with a public key. With any other kind the provider and whoever checks would share a secret. */
const ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

const listOf = (isOne: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim().toLowerCase()))
    .refine((all) => all.every(isOne), error);

/** By the names of the OpenTelemetry specification. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const onOrOff = z.enum(['on', 'off'], { error: 'is not one of: on, off' });

const variables = z.object({
  HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  PORT: port.default(4000).describe('port to listen on'),
  BIGCOMMERCE_STORE_HASH: z.string().optional().describe('the store; without it the sandbox is started'),
  BIGCOMMERCE_ACCESS_TOKEN: z.string().optional().describe("the store's API token"),
  BIGCOMMERCE_API_URL: z
    .url({ protocol: /^https?$/, error: 'is not an http or https address' })
    .optional()
    .describe('base of the REST API up to and including /v3, for anything that speaks it'),
  GATEWAY_AUTH: z
    .enum(['none'], { error: 'is not one of: none' })
    .optional()
    .describe('`none` lets everyone in; with a real store on a loopback address only'),
  GATEWAY_KEYS_FILE: z.string().optional().describe('file of the keys that callers have: npm run keys'),
  GATEWAY_KEYS: z.string().optional().describe('what such a file would hold, in its place'),
  OIDC_ISSUER: safeUrl.optional().describe('the OpenID provider whose tokens let users in'),
  OIDC_AUDIENCE: z.string().optional().describe('what its tokens must be made for'),
  OIDC_JWKS_URL: safeUrl
    .optional()
    .describe("where its keys are; by default where the issuer's own description says"),
  OIDC_ALGORITHMS: z
    .string()
    .transform((list) => list.split(',').map((each) => each.trim()))
    .refine((list) => list.every((each) => ALGORITHMS.includes(each)), {
      error: `holds something else than ${ALGORITHMS.join(', ')}`,
    })
    .default(['RS256', 'PS256', 'ES256', 'EdDSA'])
    .describe('the algorithms that its tokens may be signed with'),
  OIDC_CLOCK_TOLERANCE_S: number(0, 300).default(30).describe('seconds that its clock may be off'),
  OIDC_SCOPE_CLAIM: z.string().default('scope').describe('the claim that holds the scopes of a user'),
  OIDC_SCOPE_PREFIX: z.string().optional().describe('what stands before the scopes there'),
  BIGCOMMERCE_CLIENT_ID: z
    .string()
    .optional()
    .describe('the app whose current-customer tokens let shoppers in'),
  BIGCOMMERCE_CLIENT_SECRET: z.string().optional().describe('its secret, which those tokens are signed with'),
  GATEWAY_HASH_KEY: z
    .string()
    .min(32, 'is shorter than 32 characters')
    .optional()
    .describe('what the names of users and shoppers in the log are hashed with; a new one at each start'),
  TRUST_PROXY: number(0, 10)
    .default(0)
    .describe('proxies in front, whose X-Forwarded-For tells the address of a caller'),
  AUDIT_LOG: z
    .string()
    .default('off')
    .describe('who wrote what, and read stored instruments: a file to append to, or stdout'),
  GRAPHIQL: onOrOff
    .optional()
    .describe('the page at /graphql; off for a real store unless NODE_ENV is development'),
  CORS_ORIGINS: listOf(isOrigin, 'is not a list of origins such as https://shop.example')
    .optional()
    .describe('sites whose pages may ask, with commas between them; none without'),
  PUBLIC_HOSTS: listOf((name) => /^[\w.-]+$/.test(name), 'is not a list of host names')
    .optional()
    .describe('names by which it is reached; on a loopback HOST none but those of this machine without'),
  MAX_CONNECTIONS: number(1, 100_000).default(1_000).describe('connections of callers at the most'),
  REQUEST_MAX_BYTES: number(1_000, 100_000_000).default(1_000_000).describe('bytes of a request at the most'),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe('JSON file of documents by hash, which callers name instead of sending them'),
  TRUSTED_DOCUMENTS_ONLY: onOrOff.default('off').describe('whether no other document runs'),
  INTROSPECTION: onOrOff
    .optional()
    .describe('asking for the schema, and names suggested in errors; off for a real store, as GRAPHIQL is'),
  EXPLAIN: onOrOff
    .optional()
    .describe('`extensions.explain`, which lists the calls; off for a real store, as GRAPHIQL is'),
  BATCHING: onOrOff.default('off').describe('up to ten operations in one request, as an array'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'is not one of: debug, info, warn, error, silent',
    })
    .default('info')
    .describe('how much is logged'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'is not an http or https address' })
    .optional()
    .describe('collector of OpenTelemetry that takes traces; without one nothing is traced'),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'console', 'none'], { error: 'is not one of: otlp, console, none' })
    .optional()
    .describe('where traces go: `console` needs no collector, `none` overrules the endpoint'),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, { error: `is not one of: ${SAMPLERS.join(', ')}` })
    .default('parentbased_always_on')
    .describe('which traces are kept; the caller decides where it is one of `parentbased_...`'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'is not a number from 0 to 1')
    .transform(Number)
    .default(1)
    .describe('share of the traces that is kept by a sampler `...traceidratio`'),
  NODE_ENV: z.string().optional().describe('`development` relaxes what production forbids'),
  OPERATION_MAX_CALLS: number(1, 1_000_000)
    .default(500)
    .describe('REST calls that one operation may cost at the most'),
  OPERATION_TIMEOUT_MS: number(1, 3_600_000)
    .default(45_000)
    .describe('how long an operation may wait for the store; what cannot come in time is refused at once'),
  QUEUE_MAX_CALLS: number(1, 1_000_000)
    .default(2_000)
    .describe('REST calls that may wait for their turn; further ones are refused, bulk first'),
  RETRY_PERCENT: number(0, 100)
    .default(10)
    .describe('reads that may be tried again, of a hundred calls; 0 tries none again'),
  DOCUMENT_MAX_CHARACTERS: number(1, 1_000_000)
    .default(100_000)
    .describe('characters that a document may have'),
  DOCUMENT_MAX_TOKENS: number(1, 1_000_000)
    .default(20_000)
    .describe('names, numbers, texts and signs that it may have'),
  DOCUMENT_MAX_DEPTH: number(1, 100).default(15).describe('how deep its fields may be nested'),
  DOCUMENT_MAX_RECURSION: number(1, 100).default(3).describe('how often a field may stand within itself'),
  DOCUMENT_MAX_SELECTIONS: number(1, 1_000_000)
    .default(10_000)
    .describe('fields and fragments that it may select, fragments spread out'),
  DOCUMENT_MAX_ALIASES: number(0, 1_000_000).default(1_000).describe('aliases that it may use, likewise'),
  DOCUMENT_MAX_ROOT_FIELDS: number(1, 1_000_000).default(1_000).describe('root fields, likewise'),
  DOCUMENT_MAX_DIRECTIVES: number(0, 1_000_000).default(1_000).describe('directives, likewise'),
  DOCUMENT_MAX_REPEATS: number(1, 1_000).default(100).describe('how often one field may stand in one place'),
  LIST_MAX_ITEMS: number(1, 1_000_000)
    .default(5_000)
    .describe('items that a list in the document or the variables may have'),
  WRITE_MAX_ITEMS: number(1, 100_000)
    .default(1_000)
    .describe('items that one mutation may write at the most'),
  WRITE_SETTLE_MS: number(0, 600_000)
    .default(15_000)
    .describe('how long a write whose answer was lost may still land; nothing is settled before'),
  SHOPPER_ATTRIBUTES: z
    .string()
    .optional()
    .describe('names or ids of the attributes that shoppers see of themselves, with commas in between'),
  SHUTDOWN_GRACE_MS: number(0, 600_000)
    .default(25_000)
    .describe(
      'how long requests may take to finish on SIGTERM; more than WRITE_SETTLE_MS, so that lost writes are settled',
    ),
  UPSTREAM_TIMEOUT_MS: number(1, 600_000).default(10_000).describe('how long one REST call may take in all'),
  UPSTREAM_MAX_BODY_BYTES: number(1, 1_000_000_000)
    .default(32_000_000)
    .describe('how large one REST answer may be'),
  UPSTREAM_CONNECTIONS: number(1, 1_000).default(64).describe('REST calls in flight at the most'),
  SANDBOX_PORT: port.default(4010).describe("the sandbox's port"),
  SANDBOX_TOKEN: z
    .string()
    .min(1, 'is empty')
    .default('sandbox')
    .describe('the token that the sandbox takes'),
  SANDBOX_CUSTOMERS: number(0, 1_000_000).default(250).describe('customers in the sandbox'),
  SANDBOX_SEED: count.default(1).describe('the number that its data is made from'),
  SANDBOX_FILE: z.string().optional().describe('SQLite file to keep its data in; in memory without'),
  SANDBOX_QUOTA: count.default(150).describe('requests that it grants in a window; 0 lifts the limit'),
  SANDBOX_WINDOW_MS: number(1, 3_600_000).default(30_000).describe('length of that window'),
  SANDBOX_LATENCY_MS: number(0, 600_000).default(0).describe('delay that it adds to each answer'),
  SANDBOX_CONTROL: onOrOff
    .default('off')
    .describe('its control door under /__sandbox: faults, the log of requests, the ledger of writes'),
  SANDBOX_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'is not an http or https address' })
    .optional()
    .describe('where it sends its webhooks, signed as the store does'),
});

/** Where keys are kept, for the command that makes them: it needs no other variable. */
export function keysFileOf(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return environment.GATEWAY_KEYS_FILE || 'keys.json';
}

type Environment = z.infer<typeof variables>;

/** All variables that are read, in the order of their importance. */
export const documentedVariables: readonly Variable[] = Object.entries(variables.shape).map(
  ([name, type]) => {
    const fallback = type.safeParse(undefined).data;
    return {
      name,
      meaning: type.description ?? '',
      fallback: fallback === undefined ? null : String(fallback),
    };
  },
);

/** Reads the environment. Answers the configuration, or every problem with it: one line each, none with a value. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): { readonly config: Config } | { readonly problems: readonly string[] } {
  // An empty variable is how shells and compose files spell "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  const issues = parsed.success ? [] : parsed.error.issues;
  const problems = [
    ...issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...contradictions(given),
  ];
  if (!parsed.success || problems.length > 0) return { problems };
  const startedByNpm = environment.npm_lifecycle_event !== undefined;
  return { config: Object.freeze({ ...configOf(parsed.data), startedByNpm }) };
}

// Looks at the variables as they were given, so that what is wrong with one does not hide what is wrong with two.
function contradictions(env: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = [];
  const hasHash = env.BIGCOMMERCE_STORE_HASH !== undefined;
  const hasToken = env.BIGCOMMERCE_ACCESS_TOKEN !== undefined;
  if (hasHash !== hasToken) {
    const [given, missing] = hasHash
      ? ['BIGCOMMERCE_STORE_HASH', 'BIGCOMMERCE_ACCESS_TOKEN']
      : ['BIGCOMMERCE_ACCESS_TOKEN', 'BIGCOMMERCE_STORE_HASH'];
    problems.push(
      `${missing} is missing, although ${given} is set; set both for a real store, neither for the sandbox`,
    );
  } else if (env.BIGCOMMERCE_API_URL !== undefined && !hasHash) {
    problems.push('BIGCOMMERCE_API_URL is set without BIGCOMMERCE_STORE_HASH and BIGCOMMERCE_ACCESS_TOKEN');
  }
  // What stands there is shown on the first screen.
  if (env.BIGCOMMERCE_API_URL !== undefined && /^\w+:\/\/[^/]*@/.test(env.BIGCOMMERCE_API_URL)) {
    problems.push(
      'BIGCOMMERCE_API_URL holds a user name or a password: the access token is all that the API takes',
    );
  }
  problems.push(...contradictingLimits(env));
  if (hasHash && !/^[\w-]+$/.test(env.BIGCOMMERCE_STORE_HASH ?? '')) {
    problems.push('BIGCOMMERCE_STORE_HASH is not a store hash: letters and digits');
  }
  // A header takes no control characters, and a pasted token likes to bring a line break.
  if (hasToken && !/^[\x21-\x7e]+$/.test(env.BIGCOMMERCE_ACCESS_TOKEN ?? '')) {
    problems.push('BIGCOMMERCE_ACCESS_TOKEN holds characters that a token cannot have');
  }
  const ways = WAYS_IN.filter((name) => env[name] !== undefined);
  if (hasHash && env.GATEWAY_AUTH === undefined && ways.length === 0) {
    problems.push(
      'GATEWAY_AUTH is not set: a real store needs a way to know its callers, such as GATEWAY_KEYS_FILE, or GATEWAY_AUTH=none on a loopback HOST',
    );
  }
  if (env.GATEWAY_AUTH === 'none') {
    problems.push(...ways.map((name) => `${name} is set, although GATEWAY_AUTH=none lets everyone in`));
  }
  problems.push(...lonely(env));
  if (env.GATEWAY_KEYS !== undefined && env.GATEWAY_KEYS_FILE !== undefined) {
    problems.push('GATEWAY_KEYS and GATEWAY_KEYS_FILE are both set: keys are in one place');
  }
  if (hasHash && env.GATEWAY_AUTH === 'none' && env.HOST !== undefined && !isLoopback(env.HOST)) {
    problems.push(
      'GATEWAY_AUTH=none lets everyone at a real store: HOST must be a loopback address, such as 127.0.0.1',
    );
  }
  if (env.TRUSTED_DOCUMENTS_ONLY === 'on' && env.TRUSTED_DOCUMENTS === undefined) {
    problems.push('TRUSTED_DOCUMENTS_ONLY is on, but TRUSTED_DOCUMENTS names no file: nothing could run');
  }
  if (Number(env.WRITE_MAX_ITEMS ?? 1_000) > Number(env.LIST_MAX_ITEMS ?? 5_000)) {
    problems.push('WRITE_MAX_ITEMS is more than LIST_MAX_ITEMS: such lists would not be let in');
  }
  return problems;
}

/** The variables that give callers a way to say who they are. */
const WAYS_IN = ['GATEWAY_KEYS_FILE', 'GATEWAY_KEYS', 'OIDC_ISSUER', 'BIGCOMMERCE_CLIENT_ID'] as const;

/** Variables that say nothing without another one. */
const NEEDS: readonly (readonly [string, string])[] = [
  ['OIDC_ISSUER', 'OIDC_AUDIENCE'],
  ['OIDC_AUDIENCE', 'OIDC_ISSUER'],
  ['OIDC_JWKS_URL', 'OIDC_ISSUER'],
  ['OIDC_ALGORITHMS', 'OIDC_ISSUER'],
  ['OIDC_CLOCK_TOLERANCE_S', 'OIDC_ISSUER'],
  ['OIDC_SCOPE_CLAIM', 'OIDC_ISSUER'],
  ['OIDC_SCOPE_PREFIX', 'OIDC_ISSUER'],
  ['BIGCOMMERCE_CLIENT_ID', 'BIGCOMMERCE_CLIENT_SECRET'],
  ['BIGCOMMERCE_CLIENT_SECRET', 'BIGCOMMERCE_CLIENT_ID'],
];

function lonely(env: Readonly<Record<string, string | undefined>>): string[] {
  return NEEDS.filter(([given, needed]) => env[given] !== undefined && env[needed] === undefined).map(
    ([given, needed]) => `${needed} is missing, although ${given} is set`,
  );
}

function isSafe({ protocol, hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(host));
}

/** Limits of which one could never be reached, since another one comes before it. */
function contradictingLimits(env: Readonly<Record<string, string | undefined>>): string[] {
  const value = (name: keyof Environment) =>
    Number(env[name] ?? variables.shape[name].safeParse(undefined).data);
  const problems: string[] = [];
  if (value('OPERATION_TIMEOUT_MS') < value('UPSTREAM_TIMEOUT_MS'))
    problems.push(
      'OPERATION_TIMEOUT_MS is less than UPSTREAM_TIMEOUT_MS: no REST call could take as long as it may',
    );
  if (value('QUEUE_MAX_CALLS') < value('OPERATION_MAX_CALLS'))
    problems.push(
      'QUEUE_MAX_CALLS is less than OPERATION_MAX_CALLS: an operation of that price could not even wait',
    );
  return problems;
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function configOf(env: Environment): Omit<Config, 'startedByNpm'> {
  const store = storeOf(env);
  const production = store.kind === 'bigcommerce' && env.NODE_ENV !== 'development';
  return {
    host: env.HOST,
    port: env.PORT,
    store,
    access: accessOf(env),
    proxies: env.TRUST_PROXY,
    audit: env.AUDIT_LOG === 'off' ? null : env.AUDIT_LOG,
    logLevel: env.LOG_LEVEL,
    production,
    writes: { maxItems: env.WRITE_MAX_ITEMS, settleMs: env.WRITE_SETTLE_MS },
    operationMaxCalls: env.OPERATION_MAX_CALLS,
    shopperAttributes: wordsIn(env.SHOPPER_ATTRIBUTES),
    operationTimeoutMs: env.OPERATION_TIMEOUT_MS,
    governor: { maxWaiting: env.QUEUE_MAX_CALLS, retryShare: env.RETRY_PERCENT / 100 },
    tracing: tracingOf(env),
    graphiql: isOn(env.GRAPHIQL, !production),
    front: {
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
    },
    hosts: env.PUBLIC_HOSTS ?? (isLoopback(env.HOST) ? [] : null),
    maxConnections: env.MAX_CONNECTIONS,
    trustedDocuments:
      env.TRUSTED_DOCUMENTS === undefined
        ? null
        : { file: env.TRUSTED_DOCUMENTS, only: env.TRUSTED_DOCUMENTS_ONLY === 'on' },
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    upstream: {
      timeoutMs: env.UPSTREAM_TIMEOUT_MS,
      maxBodyBytes: env.UPSTREAM_MAX_BODY_BYTES,
      connections: env.UPSTREAM_CONNECTIONS,
    },
  };
}

function wordsIn(list = ''): readonly string[] {
  const words = list.split(',').map((word) => word.trim());
  return words.filter((word) => word !== '');
}

function tracingOf(env: Environment): Config['tracing'] {
  const exporter =
    env.OTEL_TRACES_EXPORTER ?? (env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? 'none' : 'otlp');
  if (exporter === 'none') return null;
  return { exporter, sampler: env.OTEL_TRACES_SAMPLER, ratio: env.OTEL_TRACES_SAMPLER_ARG };
}

function isOn(value: 'on' | 'off' | undefined, otherwise: boolean): boolean {
  return value === undefined ? otherwise : value === 'on';
}

function accessOf(env: Environment): AccessConfig | null {
  const keys = keysOf(env);
  const users = usersOf(env);
  const shoppers = shoppersOf(env);
  if (keys === null && users === null && shoppers === null) return null;
  return { keys, users, shoppers, hashKey: env.GATEWAY_HASH_KEY ?? null };
}

function keysOf({ GATEWAY_KEYS_FILE: file, GATEWAY_KEYS: text }: Environment): AccessConfig['keys'] {
  if (file !== undefined) return { file };
  return text === undefined ? null : { text };
}

function usersOf(env: Environment): AccessConfig['users'] {
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
  };
}

function shoppersOf(env: Environment): AccessConfig['shoppers'] {
  const { BIGCOMMERCE_CLIENT_ID: clientId, BIGCOMMERCE_CLIENT_SECRET: clientSecret } = env;
  if (clientId === undefined || clientSecret === undefined) return null;
  // The sandbox has the hash that its address names.
  return { storeHash: env.BIGCOMMERCE_STORE_HASH ?? 'sandbox', clientId, clientSecret };
}

function storeOf(env: Environment): StoreConfig {
  const { BIGCOMMERCE_STORE_HASH: hash, BIGCOMMERCE_ACCESS_TOKEN: accessToken } = env;
  if (hash !== undefined && accessToken !== undefined) {
    const apiUrl = env.BIGCOMMERCE_API_URL ?? `https://api.bigcommerce.com/stores/${hash}/v3`;
    return { kind: 'bigcommerce', apiUrl, accessToken };
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
