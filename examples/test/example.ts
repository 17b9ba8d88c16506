import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../test/support/free-port.ts';

/** An example that runs. */
export interface RunningExample {
  /** The address of its page. */
  readonly url: string;
  /** The address of GraphQL behind it. */
  readonly graphqlUrl: string;
  stop(): Promise<void>;
}

/** How long an example may take to start, in milliseconds. Only what hangs takes so long. */
const PATIENCE_MS = 240_000;

/** Installs an example that is a command, and runs it to its end. */
export async function runExample(
  name: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const cwd = await install(name);
  const env = { ...process.env, ...(await freePorts()) };
  const child = spawn('npm', ['start'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const code = await new Promise<number | null>((end) => child.once('close', end));
  return { code, output: output() };
}

/** Returns the folder of the example. */
async function install(name: string): Promise<string> {
  const cwd = resolve('examples', name);
  await run(['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], cwd);
  return cwd;
}

/** Installs an example and starts it: the two commands of its README. */
export async function startExample(name: string): Promise<RunningExample> {
  const cwd = await install(name);
  const ports = await freePorts();
  // The test does in seconds what a shopper does in minutes, and would use up the share of the quota that shoppers have.
  const env = { ...process.env, ...ports, SANDBOX_QUOTA: '0' };
  // A group of its own, so that what npm starts ends with it.
  const child = spawn('npm', ['start'], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  const url = `http://127.0.0.1:${ports.PORT}`;
  await waitForPage(url, child).catch((error: unknown) => {
    throw new Error(`${name} did not start:\n${output()}`, { cause: error });
  });
  return {
    url,
    graphqlUrl: `http://127.0.0.1:${ports.PORT_OF_GATEWAY}/graphql`,
    async stop() {
      process.kill(-(child.pid ?? 0), 'SIGTERM');
      await ended;
    },
  };
}

/** Waits until a program serves its page. @throws if it ends before, or hangs */
export async function waitForPage(url: string, program: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await answers(url))) {
    if (program.exitCode !== null || Date.now() > giveUpAt) throw new Error('no page');
    await new Promise((next) => setTimeout(next, 200));
  }
}

async function run(args: readonly string[], cwd: string): Promise<void> {
  const child = spawn('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const code = await new Promise((end) => child.once('exit', end));
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output()}`);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  }
  return () => text.slice(-4_000);
}

/** The variables of an example that choose its ports, with ports that nothing uses at the moment. */
export async function freePorts() {
  const [page, gateway, store] = await Promise.all([freePort(), freePort(), freePort()]);
  return { PORT: String(page), PORT_OF_GATEWAY: String(gateway), SANDBOX_PORT: String(store) };
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** The browser notes each status. The gateway answers with this one only if a test makes it so. */
const REFUSED_BY_TEST = /^Failed to load resource: the server responded with a status of 503\b/;

/** A page that records what goes wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors in the console, uncaught errors, and requests to other hosts. */
  readonly problems: readonly string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  colorScheme: 'light' | 'dark',
): Promise<WatchedPage> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1100, height: 900 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    const isProblem = message.type() === 'error' || message.type() === 'warning';
    if (isProblem && !REFUSED_BY_TEST.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => problems.push(`uncaught: ${message}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') problems.push(`request to ${hostname}`);
  });
  await page.goto(url);
  return { page, problems };
}

/** One line per violation that axe finds in the page as it is. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** The data of an operation, sent to the gateway of an example without credentials. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the response depends on the query
export async function ask(graphqlUrl: string, query: string): Promise<any> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}
