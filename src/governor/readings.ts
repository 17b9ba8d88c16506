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

/** What the calls for one list ask for. */
export interface Listing<K, P> {
  readonly keys: readonly K[];
  /** What of each record comes only when asked for. */
  readonly parts: ReadonlySet<P>;
}

/** One operation's look-up by keys, each named once. All that go by one name ask alike, but for their keys and parts. */
export interface Ask<K, P> extends Listing<K, P> {
  readonly name: string;
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
  /** Cuts the keys into lists that fit one call each. */
  split(listing: Listing<K, P>): readonly (readonly K[])[];
  /** Calls that the operation may still make. */
  callsLeft(): number;
  /** Reads a page on behalf of this operation. */
  page(listing: Listing<K, P>, request: PageRequest, signal: AbortSignal): Promise<StorePage<unknown>>;
  /** Whose record this is. Null where it does not say. */
  keyOf(record: unknown): K | null;
}

/** An operation among those whose look-ups go out together. */
export interface Guest {
  readonly ask: Ask<Key, string>;
  /** Those that answer it. */
  readonly readings: Set<Reading>;
  readonly division: Division;
}

/** Hands out to each guest what it asked for, and nothing else. */
type Answer = (guest: Guest) => Portion<Key, unknown>[];

/** A list of keys on its way, for one guest or for many. */
export interface Reading extends Listing<Key, string> {
  /** Those who wait for it. */
  readonly guests: Set<Guest>;
  /** Those on whose behalf calls were made. */
  readonly callers: ReadonlySet<Guest>;
  /** Never rejects: what fails is told portion by portion. */
  readonly answer: Promise<Answer>;
  giveUp(reason: unknown): void;
}

export function createGuest(ask: Ask<Key, string>): Guest {
  return { ask, readings: new Set(), division: createDivision() };
}

/** Everything that some guests ask for, together: parts cost nothing, calls do. */
export function unionOf(guests: readonly Guest[]): Listing<Key, string> {
  return {
    keys: [...new Set(guests.flatMap(({ ask }) => ask.keys))],
    parts: new Set(guests.flatMap(({ ask }) => [...ask.parts])),
  };
}

/**
 * Begins to read a list. One that the store refuses is divided among its guests, so that each ends up with what it
 * would have got alone: nobody fails for what a neighbour asked for.
 *
 * @param onClosed called when nobody may join any more
 */
export function createReading(
  keys: readonly Key[],
  company: readonly Guest[],
  onClosed: () => void,
): Reading {
  const guests = new Set(company);
  const callers = new Set<Guest>();
  const givenUp = new AbortController();
  const { parts } = unionOf(company);

  /** Makes the next call: of those who still wait whoever may make the most, and of equals whoever asked first. */
  function hostAmong(some: Iterable<Guest>): Guest {
    const [first, ...others] = [...some].filter((guest) => guests.has(guest));
    if (first === undefined) throw new Error('nobody waits for this any more');
    const host = others.reduce(
      (best, each) => (each.ask.callsLeft() > best.ask.callsLeft() ? each : best),
      first,
    );
    callers.add(host);
    return host;
  }

  const readFor = (some: Iterable<Guest>, wanted: ReadonlySet<string>) => (part: readonly Key[]) =>
    everyPage((request) => hostAmong(some).ask.page({ keys: part, parts: wanted }, request, givenUp.signal));

  async function answerTo(some: Iterable<Guest>, listing: Listing<Key, string>): Promise<Answer> {
    const portion = await attempt(listing.keys, readFor(some, listing.parts));
    onClosed();
    return isRefused(portion) ? divide(some, portion) : handOut([portion]);
  }

  /** Halves the company until those stand alone who asked for what the store refuses. */
  async function divide(some: Iterable<Guest>, refused: Portion<Key, unknown>): Promise<Answer> {
    const present = [...some].filter((guest) => guests.has(guest));
    const parties = partiesAmong(present, refused.keys);
    const own = within(refused.keys, unionOf(present));
    const [first] = present;
    if (first && parties.length === 1 && own.keys.length === refused.keys.length) {
      return handOut(
        await divided({ ...refused, keys: own.keys }, readFor(present, own.parts), first.division),
      );
    }
    const answers = new Map<Guest, Answer>();
    await Promise.all(
      halvesOf(parties).map(async (half) => {
        const listing = within(refused.keys, unionOf(half));
        const isWhole = listing.keys.length === refused.keys.length;
        const answer = await (isWhole ? divide(half, refused) : answerTo(half, listing));
        for (const guest of half) answers.set(guest, answer);
      }),
    );
    return (guest) => answers.get(guest)?.(guest) ?? [];
  }

  return {
    keys,
    parts,
    guests,
    callers,
    answer: answerTo(guests, { keys, parts }),
    giveUp: (reason) => givenUp.abort(reason),
  };
}

function within(keys: readonly Key[], listing: Listing<Key, string>): Listing<Key, string> {
  const known = new Set(keys);
  return { ...listing, keys: listing.keys.filter((key) => known.has(key)) };
}

/** The guests, those together who ask for the same keys of a list: they all get the same. */
function partiesAmong(guests: readonly Guest[], keys: readonly Key[]): Guest[][] {
  const spelled = ({ ask }: Guest) => JSON.stringify(within(keys, ask).keys);
  return [...Map.groupBy(guests, spelled).values()];
}

function halvesOf(parties: readonly Guest[][]): Guest[][] {
  const middle = Math.ceil(parties.length / 2);
  return [parties.slice(0, middle).flat(), parties.slice(middle).flat()].filter((half) => half.length > 0);
}

/** Records that do not say whose they are concern everyone. */
function handOut(portions: readonly Portion<Key, unknown>[]): Answer {
  const sorted = portions.map((portion) => ({ keys: new Set(portion.keys), portion }));
  return ({ ask }) =>
    sorted.flatMap(({ keys, portion }): Portion<Key, unknown>[] => {
      const own = ask.keys.filter((key) => keys.has(key));
      if (own.length === 0) return [];
      if ('error' in portion) return [{ keys: own, error: portion.error }];
      const mine = new Set<Key | null>([...own, null]);
      return [{ keys: own, items: portion.items.filter((record) => mine.has(ask.keyOf(record))) }];
    });
}
