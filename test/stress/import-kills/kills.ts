import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { startGatewayProcess } from '../../support/gateway-process.ts';
import { createRows, type ExpectedCustomer, type Rows } from './rows.ts';
import { readCustomers, type StoredCustomer } from './store.ts';

export interface KillOptions {
  readonly rows: number;
  /** How often the import is killed before it ends. */
  readonly kills: number;
  /** Customers that the store has before. */
  readonly customers: number;
  readonly onProgress?: (text: string) => void;
}

/** What the kills left. */
export interface KillReport {
  readonly seconds: number;
  /** Rows that were done at each kill. */
  readonly doneAtKills: readonly number[];
  /** The output of the last run. */
  readonly outcome: Readonly<Record<string, unknown>>;
  /** Each difference between the store and the file, one line. */
  readonly differences: readonly string[];
  /** Rejected rows that should not be, or the other way round, or whose reason is another one. */
  readonly wrongRejects: readonly string[];
  readonly reads: number;
  readonly writes: number;
  /** Calls that the store refused for its quota. */
  readonly tooMany: number;
}

/** Imports a file at a sandbox with the default quota, kills the process with SIGKILL, and repeats the command until it ends. */
export async function importWithKills({
  rows: count,
  kills,
  customers,
  onProgress,
}: KillOptions): Promise<KillReport> {
  const sandbox = await startSandbox({ customers });
  const gateway = await startGatewayProcess({
    BIGCOMMERCE_STORE_HASH: 'sandbox',
    BIGCOMMERCE_ACCESS_TOKEN: sandbox.token,
    BIGCOMMERCE_API_URL: sandbox.url,
    GATEWAY_AUTH: 'none',
  });
  const dir = await mkdtemp(join(tmpdir(), 'import-kills-'));
  try {
    const before = await readCustomers(sandbox);
    const rows = createRows(
      count,
      before.map(({ email }) => email),
    );
    const file = join(dir, 'customers.csv');
    await writeFile(file, rows.csv);
    sandbox.requests.clear();
    const begunAt = performance.now();
    const doneAtKills: number[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      const done = await runUntil(file, gateway.url, Math.floor((count * kill) / (kills + 1)));
      doneAtKills.push(done);
      onProgress?.(`killed after ${done} rows`);
    }
    const outcome = await runToEnd(file, gateway.url);
    const requests = sandbox.requests.list();
    return {
      seconds: (performance.now() - begunAt) / 1_000,
      doneAtKills,
      outcome,
      reads: requests.filter(({ method }) => method === 'GET').length,
      writes: requests.filter(({ method }) => method !== 'GET').length,
      tooMany: requests.filter(({ status }) => status === 429).length,
      differences: await differencesOf(sandbox, rows, before),
      wrongRejects: await wrongRejectsOf(join(dir, 'customers.rejects.csv'), rows),
    };
  } finally {
    await gateway.stop();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function start(file: string, url: string) {
  const args = ['src/main.ts', 'import', file, '--url', url, '--json'];
  return spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
}

/** Kills an import as soon as its journal has this many rows, while the next batch is on its way. Returns how many it has. */
async function runUntil(file: string, url: string, rows: number): Promise<number> {
  const child = start(file, url);
  const ended = once(child, 'close');
  while ((await rowsIn(`${file}.journal`)) < rows) {
    if (child.exitCode !== null) throw new Error(`the import ended before it was killed (${child.exitCode})`);
    await sleep(10);
  }
  child.kill('SIGKILL');
  await ended;
  return rowsIn(`${file}.journal`);
}

async function rowsIn(journal: string): Promise<number> {
  const text = await readFile(journal, 'utf8').catch(() => '');
  return text.split('"line":').length - 1;
}

async function runToEnd(file: string, url: string): Promise<Readonly<Record<string, unknown>>> {
  const child = start(file, url);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  await once(child, 'close');
  if (texts.stdout === '') throw new Error(texts.stderr);
  return JSON.parse(texts.stdout);
}

async function differencesOf(
  sandbox: Sandbox,
  rows: Rows,
  before: readonly StoredCustomer[],
): Promise<readonly string[]> {
  const created = sandbox.ledger
    .list()
    .filter(({ kind, change }) => kind === 'customer' && change === 'created');
  const stored = await readCustomers(sandbox);
  const byEmail = Map.groupBy(stored, ({ email }) => email);
  const old = new Map(before.map((customer) => [customer.email, customer]));
  const expectedCount = before.length + rows.customers.filter(({ email }) => !old.has(email)).length;
  const untouched = before.filter(({ email }) => !rows.customers.some((row) => row.email === email));
  return [
    ...(stored.length === expectedCount ? [] : [`${stored.length} customers, not ${expectedCount}`]),
    ...(created.length === expectedCount - before.length ? [] : [`${created.length} creations`]),
    ...rows.customers.flatMap((row) => {
      const [customer, ...others] = byEmail.get(row.email) ?? [];
      if (customer === undefined) return [`${row.email} is lost`];
      if (others.length > 0) return [`${row.email} is there ${others.length + 1} times`];
      return differenceOf(row, customer, old.get(row.email));
    }),
    ...untouched.flatMap((customer) =>
      JSON.stringify(byEmail.get(customer.email)) === JSON.stringify([customer])
        ? []
        : [`${customer.email} was changed`],
    ),
  ];
}

function differenceOf(
  row: ExpectedCustomer,
  customer: StoredCustomer,
  before: StoredCustomer | undefined,
): readonly string[] {
  const is = {
    names: `${customer.first_name} ${customer.last_name}`,
    // The store keeps one line.
    company: customer.company.replaceAll(/\s+/g, ' '),
    streets: customer.streets,
    tiers: customer.attributes.filter((value) => value === row.tier).length,
    metafields: customer.metafields,
  };
  const should = {
    names: `${row.firstName} ${row.lastName}`,
    company: row.company.replaceAll(/\s+/g, ' '),
    streets: [...(before?.streets ?? []), ...row.streets].toSorted(),
    tiers: row.tier === null ? 0 : 1,
    metafields: [
      ...(before?.metafields ?? []),
      ...(row.points === null ? [] : [`imports.points=${row.points}`]),
    ].toSorted(),
  };
  return JSON.stringify(is) === JSON.stringify(should)
    ? []
    : [`${row.email}: ${JSON.stringify(is)} and not ${JSON.stringify(should)}`];
}

async function wrongRejectsOf(path: string, { rejects }: Rows): Promise<readonly string[]> {
  if (((await stat(path)).mode & 0o077) !== 0) return ['others can read the rejects file'];
  const found = new Map(
    [...(await readFile(path, 'utf8')).matchAll(/^(\d+),([A-Z_]+),/gm)].map(([, line, code]) => [
      Number(line),
      code,
    ]),
  );
  return [...new Set([...rejects.keys(), ...found.keys()])].flatMap((line) =>
    rejects.get(line) === found.get(line)
      ? []
      : [`line ${line}: ${found.get(line)} and not ${rejects.get(line)}`],
  );
}
