import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { closedPort } from './hostile-store.ts';

/** A Redis server of a test, which keeps nothing on disk. */
export interface RedisServer {
  readonly url: string;
  /** Stops the process from running, as a machine that hangs. */
  freeze(): void;
  thaw(): void;
  /** Ends the process. Everything in it is lost. */
  stop(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
}

const COMMON_PATHS = [
  ...['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'],
  ...['/usr/bin/valkey-server', '/usr/local/bin/valkey-server', '/opt/homebrew/bin/valkey-server'],
];

/** The path of this machine's Redis or Valkey server: REDIS_PATH, or one of the common paths. Null if there is none. */
export function findRedis(): string | null {
  const { REDIS_PATH } = process.env;
  return REDIS_PATH || (COMMON_PATHS.find((path) => existsSync(path)) ?? null);
}

/** The path, for a test that needs a server. In CI it is an error if there is none; elsewhere the test is to be skipped. */
export function findRedisForTest(name: string): string | null {
  const path = findRedis();
  if (path !== null) return path;
  const missing =
    'no redis-server found: install it (Debian: apt-get install redis-server) or set REDIS_PATH';
  if (process.env.CI) throw new Error(missing);
  console.warn(`SKIPPED: ${name} (${missing})`);
  return null;
}

/** Starts a server. @param password required of clients @default none */
export async function startRedis(program: string, password = ''): Promise<RedisServer> {
  const port = await closedPort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  if (password !== '') args.push('--requirepass', password);
  let child: ChildProcess | null = null;

  async function stop(): Promise<void> {
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    child = null;
  }

  async function start(): Promise<void> {
    const started = spawn(program, args, { stdio: 'ignore' });
    const killWithUs = () => started.kill('SIGKILL');
    process.once('exit', killWithUs);
    started.once('exit', () => process.off('exit', killWithUs));
    child = started;
    while (!(await answers(port))) await delay(20);
  }

  await start();
  return {
    url: `redis://${password === '' ? '' : `:${password}@`}127.0.0.1:${port}`,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop,
    start,
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });
}
