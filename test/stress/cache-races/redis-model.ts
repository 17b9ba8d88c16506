import { createHash } from 'node:crypto';
import type { RedisClient } from '../../../src/redis/connection.ts';
import type { Random } from '../../../src/sandbox/random.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import { createScriptRunner } from '../../support/lua.ts';
import { type Ask, createModelConnection, type ModelConnection } from './model-connection.ts';

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

interface ScriptOptions {
  readonly keys: readonly string[];
  readonly arguments: readonly string[];
}

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
  const connections = new Set<ModelConnection>();
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

  function runScript(sha: string, options: ScriptOptions): readonly unknown[] {
    const script = scripts.get(sha);
    if (script === undefined) throw new Error('NOSCRIPT No matching script.');
    return Object.values(runner.run(rewrite(script), options.keys, options.arguments) as object);
  }

  function clientOf(ask: Ask): RedisClient {
    return {
      evalSha: (sha: string, options: ScriptOptions) => ask(() => runScript(sha, options)),
      eval: (script: string, options: ScriptOptions) =>
        ask(() => {
          const sha = createHash('sha1').update(script).digest('hex');
          scripts.set(sha, script);
          return runScript(sha, options);
        }),
      info: () => ask(() => `run_id:${runs}`),
    } as unknown as RedisClient;
  }

  function connect(): ModelConnection {
    const connection = createModelConnection({ clock, random, isUp: () => isUp, clientOf });
    connections.add(connection);
    return connection;
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
      for (const connection of connections) connection.breakOff();
    },
    start(data) {
      isUp = true;
      runs += 1;
      scripts.clear();
      if (data !== 'kept') keys = data === 'saved' ? copyOf(saved) : new Map();
      for (const connection of connections) connection.comeBack();
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
