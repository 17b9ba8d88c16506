import { createClient } from '@redis/client';
import type { Logger } from 'pino';

/** A connection to a Redis or Valkey server, which may be away at any time. */
export interface RedisConnection {
  /** Whether the server answered the last command in time. */
  isAvailable(): boolean;
  /** Calls a function when the server becomes available, and when it stops being so. */
  onChange(listener: (isAvailable: boolean) => void): void;
  /**
   * Sends commands, as soon as the first attempt to connect has ended. Rejects at once while the server is away, and if it
   * does not answer in time.
   */
  run<T>(send: (client: RedisClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type RedisClient = ReturnType<typeof open>;

/** Milliseconds until a command without an answer counts as failed. */
const ANSWER_MS = 500;
/** Milliseconds between two attempts to reach a server that is away, at most. */
const MAX_RETRY_MS = 500;
/** Milliseconds without a byte after which a connection is given up. */
const SILENCE_MS = 3_000;

/** Starts to connect. Never fails: a server that cannot be reached is one that is away. */
export function connectRedis(url: string, logger: Pick<Logger, 'info' | 'warn'>): RedisConnection {
  const client = open(url);
  const listeners: ((isAvailable: boolean) => void)[] = [];
  let isAvailable = false;
  // A process that has just started must not take a server for away that it has not tried yet.
  const firstAttempt = Promise.withResolvers<void>();
  let isClosed = false;
  let isProbing = false;
  let reported: 'reachable' | 'away' | 'refused' | null = null;

  function setAvailable(value: boolean, error?: unknown): void {
    if (isClosed) return;
    firstAttempt.resolve();
    report(value, error);
    if (value === isAvailable) return;
    isAvailable = value;
    for (const listener of listeners) listener(value);
  }

  /** Logs each change once: a server that stays away is tried again twice a second. */
  function report(value: boolean, error: unknown): void {
    const refusal = value ? null : refusalOf(error);
    const state = value ? 'reachable' : refusal === null ? 'away' : 'refused';
    if (state === reported) return;
    // The first connection is no news.
    if (value && reported !== null)
      logger.info('Redis can be reached again: the replicas share their limits');
    const problem = refusal ?? problemOf(error);
    if (!value) logger.warn({ problem }, 'Redis cannot be used: this replica uses its share of the quota');
    reported = state;
  }

  /** Waits for a sign of life of a server that did not answer in time. */
  function probe(): void {
    if (isProbing || isClosed) return;
    isProbing = true;
    client
      .ping()
      .then(() => setAvailable(true))
      // The connection is broken. When it is open again, the client says so.
      .catch(() => {})
      .finally(() => {
        isProbing = false;
      });
  }

  client.on('ready', () => setAvailable(true));
  client.on('error', (error: unknown) => setAvailable(false, error));
  client.connect().catch((error: unknown) => setAvailable(false, error));

  return {
    isAvailable: () => isAvailable,
    onChange: (listener) => void listeners.push(listener),
    async run(send) {
      await firstAttempt.promise;
      if (!isAvailable) throw new Error('Redis cannot be reached');
      try {
        return await inTime(send(client));
      } catch (error) {
        if (error === TIMED_OUT) {
          setAvailable(false, error);
          probe();
        }
        throw error;
      }
    },
    async close() {
      isClosed = true;
      firstAttempt.resolve();
      if (client.isOpen) client.destroy();
    },
  };
}

function open(url: string) {
  return createClient({
    // Valkey speaks the same protocol.
    url: url.replace(/^valkey/, 'redis'),
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    pingInterval: SILENCE_MS / 3,
    socket: {
      connectTimeout: MAX_RETRY_MS * 2,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(25 * 2 ** retries, MAX_RETRY_MS),
    },
  });
}

const TIMED_OUT = new Error('Redis did not answer in time');

function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(TIMED_OUT), ANSWER_MS);
  });
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}

// Only codes are logged: the text of an error may contain the URL with its password.

function problemOf(error: unknown): string {
  if (error === TIMED_OUT) return 'no answer';
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'connection failed';
}

/** The code with which a server refuses the login, such as WRONGPASS; null if it does not. */
function refusalOf(error: unknown): string | null {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return /^(WRONGPASS|NOAUTH|NOPERM|ERR)\b/.exec(String(message))?.[0] ?? null;
}
