import type { WriteRun } from '../../src/context.ts';
import { GatewayError } from '../../src/errors.ts';
import { recordsIn } from '../../src/resolvers/write-answers.ts';
import type { Found, WriteSpec } from '../../src/resolvers/writes.ts';
import type { Attempt } from '../../src/rest/http.ts';
import type { Repeat } from '../../src/rest/write-rules.ts';

/** An input item, identified by its key. */
export interface Item {
  readonly key: string;
  readonly password?: boolean;
}

export interface Thing {
  readonly key: string;
}

/** The fate of one call. */
export type Fate =
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
  /** The store executes it and responds with this body. */
  | { readonly body: unknown };

export interface FakeWriteOptions {
  /** The fates of the calls, in order. @default all are executed */
  readonly fates?: readonly Fate[];
  readonly repeat?: Repeat;
  /** Keys that the store rejects. */
  readonly bad?: readonly string[];
  /** How a rejection identifies the item at fault. */
  readonly naming?: 'index' | 'text' | 'none';
  /** Whether a rejection rolls back the items before the one at fault. */
  readonly atomic?: boolean;
  /** Which read-backs fail, counted from 1. */
  readonly failingReads?: (read: number) => boolean;
  readonly settleMs?: number;
  /** Called before each call, with its number from 1. */
  readonly onSend?: (call: number) => void;
  /** The store returns this many records fewer than it wrote. */
  readonly withheld?: number;
}

export interface FakeWrite {
  readonly run: WriteRun;
  readonly spec: WriteSpec<Item, Thing>;
  /** Keys in the order of writing. */
  readonly written: readonly string[];
  /** The keys of each call. */
  readonly sent: readonly (readonly string[])[];
  readonly reads: readonly (readonly string[])[];
  /** Milliseconds since the start. */
  readonly elapsed: () => number;
  readonly leave: () => void;
}

const LOST = new GatewayError('UPSTREAM_UNAVAILABLE', 'The answer was lost.');

/** An in-memory store, and a clock that only sleeping advances. A key that is created twice is stored twice. */
export function fakeWrite(options: FakeWriteOptions = {}): FakeWrite {
  const { fates = [], repeat = 'safe', bad = [], naming = 'index', atomic = true } = options;
  const { failingReads = () => false, settleMs = 1_000, onSend, withheld = 0 } = options;
  const caller = new AbortController();
  const written: string[] = [];
  const sent: string[][] = [];
  const reads: string[][] = [];
  let late: { readonly at: number; readonly keys: readonly string[] }[] = [];
  let time = 0;

  function land(): void {
    for (const { keys } of late.filter(({ at }) => at <= time)) store(keys);
    late = late.filter(({ at }) => at > time);
  }

  // Like the store: an upsert finds an earlier record, a create adds another.
  function store(keys: readonly string[]): void {
    const finds = repeat === 'safe' || repeat === 'harmless';
    written.push(...keys.filter((key) => !finds || !written.includes(key)));
  }

  function perform(keys: readonly string[]): Attempt {
    const culprit = keys.findIndex((key) => bad.includes(key));
    if (culprit < 0) {
      store(keys);
      return { ended: 'done', body: { data: keys.slice(withheld).map((key) => ({ key })) } };
    }
    if (!atomic) store(keys.slice(0, culprit));
    const errors = {
      index: { [`${culprit}.key`]: 'is not valid' },
      text: { '.create': `"${keys[culprit]}" is already in use` },
      none: {},
    }[naming];
    const error = new GatewayError('UPSTREAM_REJECTED', 'Refused.', { status: 422, title: 'Refused' });
    return { ended: 'refused', status: 422, body: { errors }, error };
  }

  function send(items: readonly Item[]): Attempt {
    const keys = items.map(({ key }) => key);
    const fate = fates[sent.length] ?? 'done';
    sent.push(keys);
    onSend?.(sent.length);
    if (fate === 'not-sent') return { ended: 'not-sent', error: LOST };
    if (fate === 'cut-before') return { ended: 'unknown', error: LOST };
    if (fate === 'done') return perform(keys);
    if (fate === 'cut-after') {
      perform(keys);
      return { ended: 'unknown', error: LOST };
    }
    if ('late' in fate) {
      late.push({ at: time + fate.late, keys });
      return { ended: 'unknown', error: LOST };
    }
    if ('body' in fate) {
      perform(keys);
      return { ended: 'done', body: fate.body };
    }
    const code = fate.status === 429 ? 'UPSTREAM_RATE_LIMITED' : 'UPSTREAM_FORBIDDEN';
    const error = new GatewayError(code, 'Turned away.', { status: fate.status, retryAfterMs: 7_000 });
    return { ended: 'refused', status: fate.status, body: null, error };
  }

  return {
    written,
    sent,
    reads,
    elapsed: () => time,
    leave: () => caller.abort(),
    run: {
      signal: caller.signal,
      maxItems: 100,
      settleMs,
      storeNow: () => time,
      now: () => time,
      async sleep(ms) {
        time += ms;
        land();
      },
      hold: (work) => work,
    },
    spec: {
      list: 'things',
      rule: { operation: 'write', method: 'POST', items: 10, atOnce: 3, repeat: repeat, why: '' },
      outcome: 'CREATED',
      check: ({ key }) =>
        key === ''
          ? [{ code: 'REQUIRED', field: 'key', message: 'key must have at least 1 character.' }]
          : [],
      keyOf: ({ key }) => key.toLowerCase(),
      send: async (items) => send(items),
      recordsIn: (body) => recordsIn(body, (item) => item as Thing),
      isRecordOf: (record, { key }) => record.key === key,
      mentions: ({ key }, text) => text.includes(`"${key}"`),
      mayRepeat: ({ password }) => !password && repeat !== 'never',
      async readBack(items) {
        reads.push(items.map(({ key }) => key));
        if (failingReads(reads.length)) throw LOST;
        return new Map(
          items.map((item): [Item, Found<Thing>] => {
            if (item.password) return [item, { state: 'unclear' }];
            const isThere = written.includes(item.key);
            return [item, isThere ? { state: 'written', record: { key: item.key } } : { state: 'absent' }];
          }),
        );
      },
    },
  };
}

/** This many items with the keys `a`, `b`, `c` ... */
export function items(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => ({ key: String.fromCharCode(97 + i) }));
}
