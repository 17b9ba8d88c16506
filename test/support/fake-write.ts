import { GatewayError } from '../../src/errors.ts';
import type { WriteKind } from '../../src/resolvers/writes/outcome.ts';
import type { RunContext } from '../../src/resolvers/writes/run.ts';
import type { Reading, WriteSpec } from '../../src/resolvers/writes/spec.ts';
import type { WriteAttempt } from '../../src/rest/client/http.ts';
import type { RetryPolicy } from '../../src/rest/operations.ts';
import { createRecentWrites } from '../../src/rest/writes/recent-writes.ts';
import { listOf, readReply, type WriteReply } from '../../src/rest/writes/reply.ts';

/** An input item, identified by its key. */
export interface Item {
  readonly key: string;
  readonly password?: boolean;
}

export interface ItemRecord {
  readonly key: string;
}

/** The fate of one call. */
export type CallFate =
  /** The store executes it and responds. */
  | 'done'
  /** The store executes it and the response is lost. */
  | 'cut-after'
  /** The store never receives it. */
  | 'cut-before'
  /** The response is lost, and the store executes it this many milliseconds later. */
  | { readonly late: number }
  /** Nothing is sent. */
  | 'not-sent'
  /** The store rejects it with this status and executes nothing. */
  | { readonly status: number }
  /** The store rejects it with a 429 without rate-limit headers and executes nothing. */
  | { readonly throttled: true }
  /** The store executes it and responds with this body. */
  | { readonly body: unknown };

export interface FakeWriteOptions {
  /** The fates of the calls, in order. @default all are executed */
  readonly fates?: readonly CallFate[];
  /** It goes with a kind of write. @default 'idempotent' */
  readonly retry?: RetryPolicy;
  /** Keys of records that the store has before. */
  readonly existing?: readonly string[];
  /** What is remembered of other writes. */
  readonly recent?: RunContext['writes']['recent'];
  /** Keys that the store rejects. */
  readonly rejectedKeys?: readonly string[];
  /** How a rejection identifies the item at fault. */
  readonly identifiedBy?: 'index' | 'text' | 'none';
  /** What a rejection says of the whole call. */
  readonly title?: string;
  /** Whether a rejection rolls back the items before the one at fault. */
  readonly atomic?: boolean;
  /** Which read-backs fail, counted from 1. */
  readonly failingReads?: (read: number) => boolean;
  readonly lateWriteMs?: number;
  /** Called before each call, with its number from 1. */
  readonly onSend?: (call: number) => void;
  /** The store returns this many records fewer than it wrote. */
  readonly omittedRecords?: number;
}

export interface FakeWrite {
  readonly context: RunContext;
  readonly spec: WriteSpec<Item, ItemRecord>;
  /** Keys in the order of writing. */
  readonly written: readonly string[];
  /** The keys of each call. */
  readonly sent: readonly (readonly string[])[];
  readonly reads: readonly (readonly string[])[];
  /** Milliseconds since the start. */
  readonly elapsed: () => number;
  readonly abort: () => void;
  /** How often the loaders were cleared. */
  readonly clears: () => number;
}

const LOST_RESPONSE = new GatewayError('UPSTREAM_UNAVAILABLE', 'The answer was lost.');

const KINDS = {
  'if-absent': 'create',
  idempotent: 'create-if-new',
  'last-write-wins': 'update',
  never: 'update',
} as const satisfies Readonly<Record<RetryPolicy, WriteKind>>;

/** An in-memory store, and a clock that only sleeping advances. A key that is created twice is stored twice. */
export function createFakeWrite(options: FakeWriteOptions = {}): FakeWrite {
  const {
    fates = [],
    retry = 'idempotent',
    rejectedKeys = [],
    identifiedBy = 'index',
    atomic = true,
  } = options;
  const { failingReads = () => false, lateWriteMs = 1_000, onSend, omittedRecords = 0 } = options;
  const { existing = [] } = options;
  const caller = new AbortController();
  const written: string[] = [];
  const sent: string[][] = [];
  const reads: string[][] = [];
  let late: { readonly at: number; readonly keys: readonly string[] }[] = [];
  let time = 0;
  let clears = 0;
  const { recent = createRecentWrites({ now: () => time }) } = options;

  // Ids tell which records are new.
  recent.noteId('thing', existing.length);
  const idOf = ({ key }: ItemRecord) =>
    written.includes(key) ? existing.length + written.indexOf(key) + 1 : existing.indexOf(key) + 1;

  function commitLate(): void {
    for (const { keys } of late.filter(({ at }) => at <= time)) store(keys);
    late = late.filter(({ at }) => at > time);
  }

  // Like the store: an upsert finds an earlier record, a create adds another.
  function store(keys: readonly string[]): void {
    const isNew = (key: string) =>
      retry === 'if-absent' || !(written.includes(key) || existing.includes(key));
    written.push(...keys.filter(isNew));
  }

  function perform(keys: readonly string[]): WriteAttempt {
    const culprit = keys.findIndex((key) => rejectedKeys.includes(key));
    if (culprit < 0) {
      store(keys);
      return { outcome: 'ok', body: { data: keys.slice(omittedRecords).map((key) => ({ key })) } };
    }
    if (!atomic) store(keys.slice(0, culprit));
    const errors = {
      index: { [`${culprit}.key`]: 'is not valid' },
      text: { '.create': `"${keys[culprit]}" is already in use` },
      none: {},
    }[identifiedBy];
    const error = new GatewayError('UPSTREAM_REJECTED', 'Refused.', { status: 422, title: 'Refused' });
    return { outcome: 'rejected', status: 422, body: { title: options.title, errors }, error };
  }

  function send(items: readonly Item[]): WriteAttempt {
    const keys = items.map(({ key }) => key);
    const fate = fates[sent.length] ?? 'done';
    sent.push(keys);
    onSend?.(sent.length);
    if (fate === 'not-sent') return { outcome: 'not-sent', error: LOST_RESPONSE };
    if (fate === 'cut-before') return { outcome: 'unknown', error: LOST_RESPONSE };
    if (fate === 'done') return perform(keys);
    if (fate === 'cut-after') {
      perform(keys);
      return { outcome: 'unknown', error: LOST_RESPONSE };
    }
    if ('late' in fate) {
      late.push({ at: time + fate.late, keys });
      return { outcome: 'unknown', error: LOST_RESPONSE };
    }
    if ('throttled' in fate) {
      const error = new GatewayError('UPSTREAM_RATE_LIMITED', 'Too many at once.', { status: 429 });
      return { outcome: 'unknown', error };
    }
    if ('body' in fate) {
      perform(keys);
      return { outcome: 'ok', body: fate.body };
    }
    const code = fate.status === 429 ? 'UPSTREAM_RATE_LIMITED' : 'UPSTREAM_FORBIDDEN';
    const error = new GatewayError(code, 'Turned away.', { status: fate.status, retryAfterMs: 7_000 });
    return { outcome: 'rejected', status: fate.status, body: null, error };
  }

  return {
    written,
    sent,
    reads,
    elapsed: () => time,
    abort: () => caller.abort(),
    clears: () => clears,
    context: {
      loaders: {
        clear() {
          clears += 1;
        },
      } as RunContext['loaders'],
      rest: {} as RunContext['rest'],
      writes: {
        metafieldsOf: async () => new Map(),
        createSettlingRest: () => ({}) as RunContext['rest'],
        recent,
        isCancelled: () => caller.signal.aborted,
        maxItems: 100,
        lateWriteMs,
        storeNow: () => time,
        now: () => time,
        async sleep(ms) {
          time += ms;
          commitLate();
        },
        waitUntil: (work) => work,
        shownFailure: (failure) => failure,
      },
    },
    spec: {
      list: 'things',
      operation: { maxItems: 10, retry },
      kind: KINDS[retry],
      entity: 'thing',
      idOf,
      check: ({ key }) =>
        key === ''
          ? [{ code: 'REQUIRED', field: 'key', message: 'key must have at least 1 character.' }]
          : [],
      keysOf: ({ key }) => [`thing ${key.toLowerCase()}`],
      send: async (items) => replyTo(items, send(items)),
      match: {
        exact: [{ item: ({ key }) => key, record: ({ key }) => key }],
        elimination: [{ item: () => '', record: () => '' }],
      },
      mayRetry: ({ password }) => !password && retry !== 'never',
      async readBack(items) {
        reads.push(items.map(({ key }) => key));
        if (failingReads(reads.length)) throw LOST_RESPONSE;
        return new Map(
          items.map((item): [Item, Reading<ItemRecord>] => {
            if (item.password) return [item, { state: 'hidden' }];
            if (written.includes(item.key) || existing.includes(item.key))
              return [item, { state: 'holds', record: { key: item.key } }];
            return KINDS[retry] === 'update'
              ? [item, { state: 'differs', record: { key: `other ${item.key}` } }]
              : [item, { state: 'absent' }];
          }),
        );
      },
    },
  };
}

/** The reply to a call with items: `{ data: [{ key }] }`. */
export function replyTo(items: readonly Item[], attempt: WriteAttempt): WriteReply<ItemRecord> {
  return readReply(
    attempt,
    listOf((record) => record as ItemRecord),
    {
      operation: { id: 'write', method: 'POST' },
      items,
      matchesMessage: (index, text) => text.includes(`"${items[index]?.key}"`),
    },
  );
}

/** This many items with the keys `a`, `b`, `c` ... */
export function items(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => ({ key: String.fromCharCode(97 + i) }));
}
