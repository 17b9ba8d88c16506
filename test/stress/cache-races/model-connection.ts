import type { RedisClient, RedisConnection } from '../../../src/redis/connection.ts';
import type { Random } from '../../../src/sandbox/random.ts';
import type { FakeClock } from '../../support/fake-clock.ts';

/** Crosses the network, acts at the server, and brings the answer back. */
export type Ask = (act: () => unknown) => Promise<unknown>;

/** A connection to the simulated Redis that can be cut. */
export interface ModelConnection extends RedisConnection {
  /** `silent`: nothing arrives, and no one notices. `closed`: commands fail. */
  cut(how: 'silent' | 'closed'): void;
  /** What was held back arrives now. */
  restore(): void;
  /** The server has closed it. What was on its way is lost. */
  breakOff(): void;
  /** The client finds out soon that the server can be reached again, if it can. */
  comeBack(): void;
}

export interface ModelConnectionOptions {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly isUp: () => boolean;
  readonly clientOf: (ask: Ask) => RedisClient;
}

/** Milliseconds until a command without an answer counts as failed, and between two attempts to connect, as in reality. */
const ANSWER_MS = 500;

export function createModelConnection(options: ModelConnectionOptions): ModelConnection {
  const { clock, random, isUp, clientOf } = options;
  const network = createNetwork(clock, random);
  const listeners: ((isAvailable: boolean) => void)[] = [];
  let isAvailable = true;
  let end = createEnd();

  function setAvailable(value: boolean): void {
    if (value === isAvailable) return;
    isAvailable = value;
    for (const listener of listeners) listener(value);
  }

  function breakOff(): void {
    network.lose();
    setAvailable(false);
    end.reject(new Error('the connection was closed'));
    end = createEnd();
  }

  function comeBack(): void {
    clock.callAt(clock.now() + random.integer(1, ANSWER_MS), () => setAvailable(isUp() && network.isOpen()));
  }

  const client = clientOf((act) => {
    const { promise, resolve, reject } = Promise.withResolvers();
    network.cross(() => {
      try {
        const answer = act();
        network.cross(() => resolve(answer));
      } catch (error) {
        network.cross(() => reject(error));
      }
    });
    return promise;
  });

  return {
    isAvailable: () => isAvailable,
    onChange: (listener) => void listeners.push(listener),
    async run(send) {
      if (!isAvailable) throw new Error('the server cannot be reached');
      let isLate = false;
      const timeout = clock.sleep(ANSWER_MS).then(() => {
        isLate = true;
        throw new Error('no answer');
      });
      try {
        return await Promise.race([send(client), timeout, end.promise]);
      } catch (error) {
        if (isLate) setAvailable(false);
        throw error;
      }
    },
    close: async () => {},
    cut(how) {
      network.set(how);
      if (how === 'closed') breakOff();
    },
    restore() {
      network.set('open');
      comeBack();
    },
    breakOff,
    comeBack,
  };
}

/** A promise that rejects when the connection ends, which may concern no one. */
function createEnd(): PromiseWithResolvers<never> {
  const end = Promise.withResolvers<never>();
  end.promise.catch(() => {});
  return end;
}

/** Longest time that a command or an answer is on its way, in milliseconds. */
const MAX_WAY_MS = 2;

interface Network {
  isOpen(): boolean;
  /** Acts when a message has arrived, in the order of messages. */
  cross(act: () => void): void;
  set(state: 'open' | 'silent' | 'closed'): void;
  /** Nothing arrives of what is on its way. */
  lose(): void;
}

function createNetwork(clock: FakeClock, random: Random): Network {
  let state: 'open' | 'silent' | 'closed' = 'open';
  let heldBack: (() => void)[] = [];
  let lastArrival = 0;
  let session = 0;

  return {
    isOpen: () => state === 'open',
    cross(act) {
      lastArrival = Math.max(lastArrival, clock.now() + random.integer(0, MAX_WAY_MS));
      const began = session;
      clock.callAt(lastArrival, () => {
        if (session !== began) return;
        if (state === 'open') act();
        else heldBack.push(act);
      });
    },
    set(next) {
      state = next;
      if (next !== 'open') return;
      const arriving = heldBack;
      heldBack = [];
      for (const act of arriving) act();
    },
    lose() {
      session += 1;
      heldBack = [];
    },
  };
}
