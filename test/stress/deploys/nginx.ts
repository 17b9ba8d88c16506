import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * nginx in front of gateways, with kept-alive connections to them. By default it would not try a gateway for ten seconds after a
 * refused connection, and have none left if the next one is restarted meanwhile.
 */
export interface Nginx {
  readonly url: string;
  /** Sends further requests to these ports. Requests in flight finish where they are. */
  route(ports: readonly number[]): Promise<void>;
  /** Its log of errors. */
  errors(): Promise<string>;
  close(): Promise<void>;
}

const COMMON_PATHS = [
  '/usr/sbin/nginx',
  '/usr/local/sbin/nginx',
  '/usr/local/bin/nginx',
  '/opt/homebrew/bin/nginx',
];

/** The path of this machine's nginx: NGINX_PATH, or one of the common paths. Null if there is none. */
export function findNginx(): string | null {
  const { NGINX_PATH } = process.env;
  return NGINX_PATH || (COMMON_PATHS.find((path) => existsSync(path)) ?? null);
}

/** Starts nginx on a port. All its files are in a temporary directory, so it needs no rights. */
export async function startNginx(program: string, port: number, gateways: readonly number[]): Promise<Nginx> {
  const dir = await mkdtemp(join(tmpdir(), 'nginx-'));
  const file = join(dir, 'nginx.conf');
  const args = ['-p', dir, '-c', file, '-e', join(dir, 'error.log')];
  const write = (ports: readonly number[]) => writeFile(file, configuration(port, ports));
  await write(gateways);
  const child = spawn(program, args, { stdio: 'inherit' });
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) await delay(20);
  return {
    url,
    async route(ports) {
      await write(ports);
      spawnSync(program, [...args, '-s', 'reload'], { stdio: 'inherit' });
    },
    errors: () => readFile(join(dir, 'error.log'), 'utf8'),
    async close() {
      process.off('exit', kill);
      kill();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

function configuration(port: number, gateways: readonly number[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${name};`).join(' ')}
  upstream gateways {
    ${gateways.map((gateway) => `server 127.0.0.1:${gateway} max_fails=0;`).join(' ')}
    keepalive 16;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://gateways;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }
  }
}
`;
}
