import { everyPage, type PageRequest, type StorePage } from '../rest/page.ts';
import {
  attempt,
  createDivision,
  type Division,
  divided,
  isRefused,
  type Portion,
} from '../rest/portions.ts';

export type Key = string | number;

/** What a call asks for. */
export interface Listing<K, P> {
  readonly keys: readonly K[];
  /** The optional parts of each record. */
  readonly parts: ReadonlySet<P>;
}

/** A lookup of one operation. Lookups with the same name differ only in their keys and parts. Keys are distinct. */
export interface Ask<K, P> extends Listing<K, P> {
  readonly name: string;
  /** Aborted when the caller disconnects. */
  readonly signal: AbortSignal;
  /** Splits the keys into lists that fit one call each. */
  split(query: Listing<K, P>): readonly (readonly K[])[];
  /** Number of calls that the operation may still make. */
  callsLeft(): number;
  /** Reads a page on behalf of this operation. */
  page(query: Listing<K, P>, request: PageRequest, signal: AbortSignal): Promise<StorePage<unknown>>;
  /** The key that a record belongs to. Null if the record does not say. */
  keyOf(record: unknown): K | null;
}

/** A lookup that waits for the result of batches. */
export interface Guest {
  readonly ask: Ask<Key, string>;
  /** The batches that contain its keys. */
  readonly readings: Set<Reading>;
  /** Number of calls that may be spent on bisecting a rejected list. */
  readonly division: Division;
}

/** Returns what a waiter asked for, and nothing else. */
type Answer = (waiter: Guest) => Portion<Key, unknown>[];

/** A batch in flight, for one waiter or several. */
export interface Reading extends Listing<Key, string> {
  readonly guests: Set<Guest>;
  /** The waiters on whose behalf calls were made. */
  readonly callers: ReadonlySet<Guest>;
  /** Never rejects: a failure is reported in the chunk it belongs to. */
  readonly answer: Promise<Answer>;
  giveUp(reason: unknown): void;
}

export function createGuest(ask: Ask<Key, string>): Guest {
  return { ask, readings: new Set(), division: createDivision() };
}

/** The keys and parts of several waiters. More parts do not make more calls. */
export function unionOf(waiters: readonly Guest[]): Listing<Key, string> {
  return {
    keys: [...new Set(waiters.flatMap(({ ask }) => ask.keys))],
    parts: new Set(waiters.flatMap(({ ask }) => [...ask.parts])),
  };
}

/**
 * Starts to read a list of keys. If the store rejects the list, it is bisected by waiter until each has what it would
 * have got alone, so no waiter fails because of the keys of another.
 *
 * @param onClosed called when no further waiter may join
 */
export function createReading(
  keys: readonly Key[],
  initialWaiters: readonly Guest[],
  onClosed: () => void,
): Reading {
  const guests = new Set(initialWaiters);
  const callers = new Set<Guest>();
  const controller = new AbortController();
  const { parts } = unionOf(initialWaiters);

  /** The waiter that makes the next call: the one with the most calls left, and the earliest if several are equal. */
  function hostAmong(candidates: Iterable<Guest>): Guest {
    const [first, ...others] = [...candidates].filter((waiter) => guests.has(waiter));
    if (first === undefined) throw new Error('the batch has no waiters left');
    const requester = others.reduce(
      (best, waiter) => (waiter.ask.callsLeft() > best.ask.callsLeft() ? waiter : best),
      first,
    );
    callers.add(requester);
    return requester;
  }

  const readFor = (candidates: Iterable<Guest>, wanted: ReadonlySet<string>) => (chunk: readonly Key[]) =>
    everyPage((page) =>
      hostAmong(candidates).ask.page({ keys: chunk, parts: wanted }, page, controller.signal),
    );

  async function readList(candidates: Iterable<Guest>, query: Listing<Key, string>): Promise<Answer> {
    const chunk = await attempt(query.keys, readFor(candidates, query.parts));
    onClosed();
    return isRefused(chunk) ? splitByWaiter(candidates, chunk) : handOut([chunk]);
  }

  /** Bisects the waiters of a rejected list until those that asked for the faulty keys are alone. */
  async function splitByWaiter(
    candidates: Iterable<Guest>,
    rejected: Portion<Key, unknown>,
  ): Promise<Answer> {
    const present = [...candidates].filter((waiter) => guests.has(waiter));
    const groups = partiesAmong(present, rejected.keys);
    const remaining = within(rejected.keys, unionOf(present));
    const [first] = present;
    if (first && groups.length === 1 && remaining.keys.length === rejected.keys.length) {
      return handOut(
        await divided(
          { ...rejected, keys: remaining.keys },
          readFor(present, remaining.parts),
          first.division,
        ),
      );
    }
    const results = new Map<Guest, Answer>();
    await Promise.all(
      halvesOf(groups).map(async (half) => {
        const query = within(rejected.keys, unionOf(half));
        const isWhole = query.keys.length === rejected.keys.length;
        const result = await (isWhole ? splitByWaiter(half, rejected) : readList(half, query));
        for (const waiter of half) results.set(waiter, result);
      }),
    );
    return (waiter) => results.get(waiter)?.(waiter) ?? [];
  }

  return {
    keys,
    parts,
    guests,
    callers,
    answer: readList(guests, { keys, parts }),
    giveUp: (reason) => controller.abort(reason),
  };
}

function within(keys: readonly Key[], query: Listing<Key, string>): Listing<Key, string> {
  const wanted = new Set(keys);
  return { ...query, keys: query.keys.filter((key) => wanted.has(key)) };
}

/** Groups the waiters that ask for the same keys of a list, since they get the same result. */
function partiesAmong(waiters: readonly Guest[], keys: readonly Key[]): Guest[][] {
  const groupKey = ({ ask }: Guest) => JSON.stringify(within(keys, ask).keys);
  return [...Map.groupBy(waiters, groupKey).values()];
}

function halvesOf(groups: readonly Guest[][]): Guest[][] {
  const middle = Math.ceil(groups.length / 2);
  return [groups.slice(0, middle).flat(), groups.slice(middle).flat()].filter((half) => half.length > 0);
}

/** Gives each waiter the records of its own keys, and the records that do not say their key. */
function handOut(chunks: readonly Portion<Key, unknown>[]): Answer {
  const indexed = chunks.map((chunk) => ({ keys: new Set(chunk.keys), chunk }));
  return ({ ask }) =>
    indexed.flatMap(({ keys, chunk }): Portion<Key, unknown>[] => {
      const ownKeys = ask.keys.filter((key) => keys.has(key));
      if (ownKeys.length === 0) return [];
      if ('error' in chunk) return [{ keys: ownKeys, error: chunk.error }];
      const wanted = new Set<Key | null>([...ownKeys, null]);
      return [{ keys: ownKeys, items: chunk.items.filter((record) => wanted.has(ask.keyOf(record))) }];
    });
}
