import { createHash } from 'node:crypto';
import type { RedisClient, RedisConnection } from '../../../src/redis/connection.ts';
import type { Random } from '../../../src/sandbox/random.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import { createScriptRunner } from '../../support/lua.ts';

// A Redis server on a fake clock. It runs the real scripts, on keys in memory, behind connections that can be cut.

interface Key {
  readonly value: string | Map<string, string>;
  /** Milliseconds of the clock. */
  readonly endsAt: number;
}

export interface RedisModel {
  connect(): ModelConnection;
  /** Deletes one of the keys whose name has this part. */
  drop(part: string): void;
  /** Notes what the server has now, so that a later restart loads it. */
  save(): void;
  stop(): void;
  /** Starts the server again. `kept`: it knows everything; `saved`: what was saved last; `lost`: nothing. */
  start(data: 'kept' | 'saved' | 'lost'): void;
}

export interface ModelConnection extends RedisConnection {
  /** `silent`: nothing arrives, and nobody is told. `closed`: commands fail. */
  cut(how: 'silent' | 'closed'): void;
  /** What was held back arrives now. */
  restore(): void;
}

/** Milliseconds until a command without an answer counts as failed, as in the real connection. */
const ANSWER_MS = 500;
/** Longest time that a command or an answer is on its way, in milliseconds. */
const MAX_WAY_MS = 2;

export interface RedisModelOptions {
  readonly clock: FakeClock;
  readonly random: Random;
  /** Changes a script before it runs. */
  readonly rewrite: (script: string) => string;
}

export function createRedisModel({ clock, random, rewrite }: RedisModelOptions): RedisModel {
  let keys = new Map<string, Key>();
  let saved = new Map<string, Key>();
  let runs = 1;
  let isUp = true;
  const scripts = new Map<string, string>();
  const onStop = new Set<() => void>();
  const onStart = new Set<() => void>();
  const runner = createScriptRunner(command);

  function find(name: string): Key['value'] | null {
    const key = keys.get(name);
    return key === undefined || key.endsAt <= clock.now() ? null : key.value;
  }

  function hashOf(name: string): Map<string, string> {
    const value = find(name);
    if (value instanceof Map) return value;
    const hash = new Map<string, string>();
    keys.set(name, { value: hash, endsAt: Number.POSITIVE_INFINITY });
    return hash;
  }

  function command(name: string, key = '', ...args: string[]): string | number | null | readonly string[] {
    const [first = '', second = ''] = args;
    switch (name) {
      case 'TIME':
        return [String(Math.floor(clock.now() / 1_000)), String((clock.now() % 1_000) * 1_000)];
      case 'GET':
        return find(key) as string | null;
      case 'SET':
        keys.set(key, { value: first, endsAt: clock.now() + Number(args[2]) });
        return 'OK';
      case 'DEL':
        return keys.delete(key) ? 1 : 0;
      case 'HGET':
        return hashOf(key).get(first) ?? null;
      case 'HSET':
        for (let i = 0; i < args.length; i += 2) hashOf(key).set(args[i] ?? '', args[i + 1] ?? '');
        return args.length / 2;
      case 'HINCRBY': {
        const sum = Number(hashOf(key).get(first) ?? 0) + Number(second);
        hashOf(key).set(first, String(sum));
        return String(sum);
      }
      case 'HLEN':
        return hashOf(key).size;
      default:
        throw new Error(`unknown command ${name}`);
    }
  }

  function runScript(sha: string, options: { keys: readonly string[]; arguments: readonly string[] }) {
    const script = scripts.get(sha);
    if (script === undefined) throw new Error('NOSCRIPT No matching script.');
    return Object.values(runner.run(rewrite(script), options.keys, options.arguments) as object);
  }

  function connect(): ModelConnection {
    const listeners: ((isAvailable: boolean) => void)[] = [];
    let isAvailable = true;
    let link: 'open' | 'silent' | 'closed' = 'open';
    let heldBack: (() => void)[] = [];
    let breakOff = Promise.withResolvers<never>();
    breakOff.promise.catch(() => {});
    let lastArrival = 0;
    /** What was on its way when a connection was closed never arrives. */
    let session = 0;

    function setAvailable(value: boolean): void {
      if (value === isAvailable) return;
      isAvailable = value;
      for (const listener of listeners) listener(value);
    }

    /** Acts when a message has crossed the network, in the order of messages. */
    function cross(act: () => void): void {
      lastArrival = Math.max(lastArrival, clock.now() + random.integer(0, MAX_WAY_MS));
      const began = session;
      clock.callAt(lastArrival, () => {
        if (session !== began) return;
        if (link === 'open') act();
        else heldBack.push(act);
      });
    }

    function ask(act: () => unknown): Promise<unknown> {
      const { promise, resolve, reject } = Promise.withResolvers();
      cross(() => {
        try {
          const answer = act();
          cross(() => resolve(answer));
        } catch (error) {
          cross(() => reject(error));
        }
      });
      return promise;
    }

    function close(): void {
      session += 1;
      heldBack = [];
      setAvailable(false);
      breakOff.reject(new Error('the connection was closed'));
      breakOff = Promise.withResolvers();
      breakOff.promise.catch(() => {});
    }

    /** The connection is tried again twice a second. */
    function comeBack(): void {
      clock.callAt(clock.now() + random.integer(1, ANSWER_MS), () => setAvailable(isUp && link === 'open'));
    }

    const client = {
      evalSha: (sha: string, options: Parameters<typeof runScript>[1]) => ask(() => runScript(sha, options)),
      eval: (script: string, options: Parameters<typeof runScript>[1]) =>
        ask(() => {
          const sha = createHash('sha1').update(script).digest('hex');
          scripts.set(sha, script);
          return runScript(sha, options);
        }),
      info: () => ask(() => `run_id:${runs}`),
    } as unknown as RedisClient;

    onStop.add(close);
    onStart.add(comeBack);
    return {
      isAvailable: () => isAvailable,
      onChange: (listener) => void listeners.push(listener),
      async run(send) {
        if (!isAvailable) throw new Error('the server cannot be reached');
        const timeout = clock.sleep(ANSWER_MS).then(() => {
          throw new Error('no answer');
        });
        let isLate = false;
        timeout.catch(() => {
          isLate = true;
        });
        try {
          return await Promise.race([send(client), timeout, breakOff.promise]);
        } catch (error) {
          if (isLate) setAvailable(false);
          throw error;
        }
      },
      async close() {
        onStop.delete(close);
        onStart.delete(comeBack);
      },
      cut(how) {
        link = how;
        if (how === 'closed') close();
      },
      restore() {
        link = 'open';
        const arriving = heldBack;
        heldBack = [];
        for (const act of arriving) act();
        comeBack();
      },
    };
  }

  return {
    connect,
    drop(part) {
      const names = [...keys.keys()].filter((name) => name.includes(part));
      keys.delete(names[random.integer(0, Math.max(0, names.length - 1))] ?? '');
    },
    save() {
      saved = copyOf(keys);
    },
    stop() {
      isUp = false;
      for (const act of onStop) act();
    },
    start(data) {
      isUp = true;
      runs += 1;
      scripts.clear();
      if (data !== 'kept') keys = data === 'saved' ? copyOf(saved) : new Map();
      for (const act of onStart) act();
    },
  };
}

function copyOf(keys: ReadonlyMap<string, Key>): Map<string, Key> {
  return new Map(
    [...keys].map(([name, { value, endsAt }]) => [
      name,
      { value: value instanceof Map ? new Map(value) : value, endsAt },
    ]),
  );
}
