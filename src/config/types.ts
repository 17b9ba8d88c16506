import type { EncryptionKey } from './encryption-keys.ts';

/** The store behind the gateway: our own sandbox, or a server that implements the REST API. */
export type StoreConfig =
  | {
      readonly kind: 'sandbox';
      readonly port: number;
      readonly token: string;
      readonly customers: number;
      readonly seed: number;
      /** SQLite file that keeps the records; null keeps them in memory. */
      readonly file: string | null;
      /** Requests per window; 0 lifts the limit. */
      readonly quota: number;
      readonly windowMs: number;
      readonly latencyMs: number;
      /** Whether the control API is served, to any client that can reach the port. */
      readonly control: boolean;
      /** Destination of webhooks; null sends none. */
      readonly webhookUrl: string | null;
    }
  | {
      readonly kind: 'bigcommerce';
      readonly hash: string;
      /** Base URL of the REST API, up to and including `/v3`. */
      readonly apiUrl: string;
      readonly accessToken: SecretSource;
    };

/** A secret, or the file that contains it. */
export type SecretSource = { readonly text: string } | { readonly file: string };

/** How callers can authenticate. */
export interface AccessConfig {
  /** The key file, or its content; null if there are no API keys. */
  readonly keys: { readonly file: string } | { readonly text: string } | null;
  /** Tokens of an OpenID Connect provider; null if there is none. */
  readonly oidc: {
    readonly issuer: string;
    readonly audience: string;
    /** Null reads it from the provider's discovery document. */
    readonly jwksUrl: string | null;
    readonly algorithms: readonly string[];
    readonly clockToleranceS: number;
    readonly scopeClaim: string;
    readonly scopePrefix: string;
    /** Budget of each user, in REST calls; null if there is no limit. */
    readonly callsPerMinute: number | null;
  } | null;
  /** Tokens of shoppers, which the platform signs for an app; null if they are not accepted. */
  readonly platform: {
    readonly clientId: string;
    readonly clientSecret: SecretSource;
    /** Longest accepted age, in seconds. */
    readonly maxAgeS: number;
  } | null;
}

/** The sign-in of shoppers by the gateway. */
export interface SignInConfig {
  /** Whether callers without credentials may sign shoppers in. */
  readonly isPublic: boolean;
  /** The keys of the tokens; null generates one. */
  readonly keys: SecretSource | null;
  /** SQLite file of the sessions that were ended; null keeps them in memory. */
  readonly revocationsFile: string | null;
}

/** Samplers, by their names in the OpenTelemetry specification. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly store: StoreConfig;
  /** Null if callers need no credentials. */
  readonly access: AccessConfig | null;
  /** Null if it is off. */
  readonly signIn: SignInConfig | null;
  /** Budget of each shopper, in REST calls per minute; null if there is no limit. */
  readonly shopperCallsPerMinute: number | null;
  /** Key of the hashes that stand for addresses, e-mail addresses, users and shoppers; null generates one. */
  readonly hashKey: string | null;
  /** Number of proxies in front of the gateway whose `X-Forwarded-For` entries are trusted. */
  readonly trustedProxies: number;
  /** Destination of the audit log: a file, or `stdout`; null writes none. */
  readonly auditLog: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly graphiql: boolean;
  /** Whether the store is a real one and `NODE_ENV` is not `development`. */
  readonly production: boolean;
  /** Maximum number of REST calls of an operation. */
  readonly operationMaxCalls: number;
  /** Maximum number of values in the response to an operation. */
  readonly operationMaxValues: number;
  /** Maximum size of the data in a response, in bytes. */
  readonly responseMaxBytes: number;
  /** Deadline of an operation, in milliseconds from its start. */
  readonly operationTimeoutMs: number;
  readonly governor: {
    /** Maximum number of queued REST calls. */
    readonly maxQueued: number;
    /** Retries of reads per REST call, over all callers: 0 to 1. */
    readonly retryRatio: number;
  };
  /** What the replicas of the gateway share; null if each process counts alone. */
  readonly replicas: {
    /** The Redis or Valkey server, with its password. */
    readonly redisUrl: string;
    /** The first key encrypts, and each one decrypts. At least one. */
    readonly encryptionKeys: readonly EncryptionKey[];
    /** The fraction of the store's quota that a replica uses while it cannot reach Redis: above 0, at most 1. */
    readonly quotaShare: number;
  } | null;
  readonly writes: {
    /** Maximum number of items of a mutation. */
    readonly maxItems: number;
    /** Milliseconds for which a write whose response was lost can still take effect. */
    readonly lateWriteMs: number;
  };
  /** Names or ids of the customer attributes that shoppers can read of themselves. */
  readonly shopperAttributes: readonly string[];
  /** The fraction of the store's quota that all shoppers together may use; null if there is no limit. */
  readonly shopperShare: number | null;
  /** The cache of the store's answers; null if it is off. */
  readonly cache: {
    /** How old answers may be, in milliseconds. 0: such answers are not cached. */
    readonly ages: {
      /** Customers, addresses, metafields. */
      readonly withEventsMs: number;
      /** Attributes, their values, form fields, settings; all kinds while no webhooks arrive. */
      readonly withoutEventsMs: number;
      readonly consentMs: number;
      /** How much older an answer may be while the store is down. */
      readonly ifErrorMs: number;
    };
    /** Maximum size in memory, in bytes. */
    readonly maxBytes: number;
    /** Milliseconds between searches for changes that were not announced; null makes none. */
    readonly sweepIntervalMs: number | null;
    /** Milliseconds between checks of the webhooks. */
    readonly checkIntervalMs: number;
  } | null;
  /** The store's webhooks; null if none are accepted. */
  readonly webhooks: {
    /** Value of the header that the store sends with each webhook. */
    readonly secret: SecretSource;
    /** The secret with which they are signed; null if it is not known. */
    readonly signingSecret: SecretSource | null;
    /** Whether those without a valid signature are refused. */
    readonly requiresSignature: boolean;
    /** The destination of the webhooks. */
    readonly url: string;
  } | null;
  /** Null if tracing is off. */
  readonly tracing: {
    /** An OTLP/HTTP collector, or standard output. */
    readonly exporter: 'otlp' | 'console';
    readonly sampler: (typeof SAMPLERS)[number];
    /** Ratio of the traces that a `traceidratio` sampler keeps: 0 to 1. */
    readonly ratio: number;
  } | null;
  /** Limits of requests, and optional features. */
  readonly guards: {
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
    /** Maximum number of operations in flight. */
    readonly operationsInFlight: number;
  };
  /** Host names allowed in addition to the loopback names; null allows every name. */
  readonly allowedHosts: readonly string[] | null;
  readonly maxConnections: number;
  /** Null if there is no file of trusted documents. */
  readonly trustedDocuments: {
    readonly file: string;
    /** The kinds of callers whose other documents are rejected. */
    readonly bound: readonly ('anyone' | 'key' | 'user' | 'shopper' | 'public')[];
  } | null;
  readonly keepAliveMs: number;
  readonly shutdownDelayMs: number;
  readonly shutdownGraceMs: number;
  /** Whether npm started this process, through a shell that forwards no signals. */
  readonly startedByNpm: boolean;
  readonly upstream: {
    readonly timeoutMs: number;
    readonly maxBodyBytes: number;
    readonly connections: number;
  };
}
