import type { Portion } from '../rest/portions.ts';
import { untilGone } from './flights.ts';
import { type WhenOver, whenQuiet } from './moments.ts';
import {
  type Ask,
  createGuest,
  createReading,
  type Guest,
  type Key,
  type Reading,
  unionOf,
} from './readings.ts';

/** Look-ups by key of all operations: those of the same moment go out together. */
export interface Gatherings {
  /**
   * Takes part in the next calls that are made for such look-ups, or in those under way where they ask for all of it
   * already. A caller who leaves takes its keys out of what is not sent yet; what is sent ends with the last who waits.
   */
  join<K extends Key, P extends string>(ask: Ask<K, P>): Promise<Gathered<K>>;
  /** From now on nobody joins what is under way: something was written, and that may show what was before. */
  close(): void;
}

/** What one operation gets out of calls that may be several operations'. */
export interface Gathered<K> {
  readonly portions: readonly Portion<K, unknown>[];
  /** Lists among them that cost this operation nothing, since others made the calls. */
  readonly shared: number;
}

export interface GatheringsOptions {
  /** When a moment is over, and what was asked for in it goes out. @default when the event loop brings nothing new */
  readonly whenOver?: WhenOver;
}

interface Gathering {
  readonly guests: Set<Guest>;
  readonly sent: Promise<void>;
}

export function createGatherings({ whenOver = whenQuiet }: GatheringsOptions = {}): Gatherings {
  /** Not sent yet, by the name of the look-up. */
  const open = new Map<string, Gathering>();
  /** By the name of the look-up and the key. */
  const underWay = new Map<string, Map<Key, Reading>>();

  function gather(name: string): Gathering {
    const guests = new Set<Guest>();
    const sent = new Promise<void>((resolve, reject) => {
      function close(): void {
        open.delete(name);
        // Nobody has called this who could be told what goes wrong: those who wait are.
        try {
          resolve(send(name, [...guests]));
        } catch (error) {
          reject(error);
        }
      }
      whenOver(close, () => guests.size);
    });
    const gathering = { guests, sent };
    open.set(name, gathering);
    return gathering;
  }

  function send(name: string, guests: readonly Guest[]): void {
    const lists = guests[0]?.ask.split(unionOf(guests)) ?? [];
    for (const keys of lists) {
      const wanted = new Set(keys);
      begin(
        name,
        keys,
        guests.filter(({ ask }) => ask.keys.some((key) => wanted.has(key))),
      );
    }
  }

  function begin(name: string, keys: readonly Key[], company: readonly Guest[]): void {
    const readings = underWay.get(name) ?? new Map<Key, Reading>();
    underWay.set(name, readings);
    const reading = createReading(keys, company, () => forget(name, reading));
    for (const key of keys) readings.set(key, reading);
    for (const guest of company) guest.readings.add(reading);
  }

  function forget(name: string, reading: Reading): void {
    const readings = underWay.get(name);
    for (const key of reading.keys) if (readings?.get(key) === reading) readings.delete(key);
    if (readings?.size === 0) underWay.delete(name);
  }

  /** What is under way and asks for all of this and maybe more; null where something of it is missing. */
  function readingsFor({ name, keys, parts }: Ask<Key, string>): ReadonlySet<Reading> | null {
    const known = underWay.get(name);
    const readings = new Set<Reading>();
    for (const key of keys) {
      const reading = known?.get(key);
      if (reading === undefined || !parts.isSubsetOf(reading.parts)) return null;
      readings.add(reading);
    }
    return readings;
  }

  function leave(guest: Guest): void {
    const { name, signal } = guest.ask;
    open.get(name)?.guests.delete(guest);
    for (const reading of guest.readings) {
      reading.guests.delete(guest);
      if (reading.guests.size > 0) continue;
      forget(name, reading);
      reading.giveUp(signal.reason);
    }
  }

  async function answerTo(guest: Guest, sent: Promise<void> | undefined): Promise<Gathered<Key>> {
    await sent;
    const readings = [...guest.readings];
    const answers = await Promise.all(readings.map(({ answer }) => answer));
    return {
      portions: answers.flatMap((handOut) => handOut(guest)),
      shared: readings.filter(({ callers }) => !callers.has(guest)).length,
    };
  }

  return {
    async join<K extends Key, P extends string>(ask: Ask<K, P>) {
      ask.signal.throwIfAborted();
      const guest = createGuest(ask);
      const known = readingsFor(ask);
      const gathering = known === null ? (open.get(ask.name) ?? gather(ask.name)) : null;
      gathering?.guests.add(guest);
      for (const reading of known ?? []) {
        reading.guests.add(guest);
        guest.readings.add(reading);
      }
      try {
        // Whoever asks for keys of one kind is answered with such keys.
        return (await untilGone(answerTo(guest, gathering?.sent), ask.signal)) as Gathered<K>;
      } finally {
        leave(guest);
      }
    },
    close: () => underWay.clear(),
  };
}
