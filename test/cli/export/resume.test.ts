import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { exportCustomers } from '../../../src/cli/export/index.ts';
import type { Format, Part } from '../../../src/cli/export/parts.ts';
import { createClient, GatewayFailure } from '../../../src/client/index.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { runArgs } from '../support/run-line.ts';
import { type Front, startFront, startStore } from './support/front.ts';

let dir: string;
beforeEach(async () => {
  dir = await tempDir();
});

const PARTS: readonly Part[] = ['addresses', 'attributes', 'formFields'];

interface RunOptions {
  readonly file: string;
  readonly format?: Format;
  readonly force?: boolean;
  readonly parts?: readonly Part[];
  readonly isStopping?: () => boolean;
}

/** Exports in pages of 10, with a client that gives up at once. */
function run({ url }: Pick<Front, 'url'>, { file, format = 'jsonl', ...options }: RunOptions) {
  return exportCustomers({
    gateway: { url, client: createClient({ url, retries: 0 }), explain: ({ code }) => `gateway: ${code}` },
    file,
    settings: { format, parts: options.parts ?? PARTS, filter: {}, addressColumns: 12 },
    pageSize: 10,
    force: options.force ?? false,
    isStopping: options.isStopping ?? (() => false),
    terminal: null,
  });
}

/** A wish to stop after some pages. */
function after(pages: number): () => boolean {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > pages;
  };
}

/** The command in a process of its own, as `run` does it. */
function spawnExport(
  { url }: Pick<Front, 'url'>,
  file: string,
): ChildProcess & { readonly said: () => string } {
  const options = ['--url', url, '--page-size', '10', '--include', PARTS.join(), '--address-columns', '12'];
  const child = spawn(process.execPath, ['src/main.ts', 'export', file, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return Object.assign(child, { said: () => text });
}

describe.each(['jsonl', 'csv'] as const)('an export to %s', (format) => {
  test('that was killed between pages goes on, and has the bytes of one that was not disturbed', async () => {
    const { url } = await startStore();
    const front = await startFront(url);
    const undisturbed = join(dir, `undisturbed.${format}`);
    expect((await run({ url }, { file: undisturbed, format })).failed).toBe(false);
    const file = join(dir, `killed.${format}`);
    // Once before the first page, once before the second and once before the third is answered.
    for (const pages of [0, 1, 1]) {
      front.fail = { from: front.asked.length + pages + 1, how: 'hold' };
      const child = spawnExport(front, file);
      await front.failed();
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(`${file}.export-journal`)).mode & 0o777).toBe(0o600);
    // A page, and a line of the journal, that were not written to their end.
    await appendFile(file, '{"entityId":21,"ema');
    await appendFile(`${file}.export-journal`, '{"cursor":"x","byt');
    front.fail = null;
    const { failed, data } = await run(front, { file, format });
    expect(failed).toBe(false);
    expect(data).toMatchObject({ customers: 25, resumedAfter: 20, isComplete: true });
    expect(await readFile(file)).toEqual(await readFile(undisturbed));
    expect(await readdir(dir)).toEqual([`killed.${format}`, `undisturbed.${format}`]);
  });
});

describe('SIGINT', () => {
  async function interruptedOnce() {
    const front = await startFront((await startStore()).url);
    const file = join(dir, 'customers.jsonl');
    front.fail = { from: 2, how: 'hold' };
    const child = spawnExport(front, file);
    await front.failed();
    child.kill('SIGINT');
    await expect.poll(child.said, { timeout: 20_000 }).toContain('stopping after this page');
    return { front, file, child };
  }

  test('stops the export after its page, and says how to go on', async () => {
    const { front, file, child } = await interruptedOnce();
    front.release();
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
    expect(child.said()).toContain(`20 customers are in ${file}: run the same command again`);
    expect(await run(front, { file })).toMatchObject({ failed: false, data: { customers: 25 } });
  });

  test('a second time does not wait for the page', async () => {
    const { file, child } = await interruptedOnce();
    child.kill('SIGINT');
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGINT');
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(11);
  });
});

test('an export that is asked to stop has complete pages, and goes on', async () => {
  const { url } = await startStore();
  const file = join(dir, 'customers.jsonl');
  const stopped = await run({ url }, { file, isStopping: after(2) });
  expect(stopped).toMatchObject({
    failed: true,
    messages: ['stopped', `20 customers are in ${file}: run the same command again to go on after them`],
    data: { customers: 20, isComplete: false, problem: 'stopped' },
  });
  expect(await run({ url }, { file })).toMatchObject({ failed: false, data: { customers: 25 } });
});

test('a gateway that goes away ends the export after the last complete page', async () => {
  const { url } = await startStore();
  const front = await startFront(url);
  const file = join(dir, 'customers.jsonl');
  front.fail = { from: 3, how: 'cut' };
  expect(await run(front, { file })).toMatchObject({
    failed: true,
    messages: [
      'gateway: NETWORK',
      expect.stringMatching(/^20 customers are in .* run the same command again/),
    ],
  });
  front.fail = null;
  expect((await run(front, { file })).failed).toBe(false);
  // The page that failed was asked for again, and none before it.
  expect(front.asked[3]).toBe(front.asked[2]);
  expect(front.asked).toHaveLength(4);
});

test('an export whose pages cost too much names the option that makes them smaller', async () => {
  const refused = new GatewayFailure('OPERATION_TOO_EXPENSIVE', 'The operation may cost 52 REST calls.');
  const result = await exportCustomers({
    gateway: {
      url: '',
      client: { ...createClient({ url: '' }), requestPartial: () => Promise.reject(refused) },
      explain: ({ message }) => message,
    },
    ...{ file: join(dir, 'customers.jsonl'), pageSize: 50, force: false },
    settings: { format: 'jsonl', parts: ['metafields'], filter: {}, addressColumns: 5 },
    ...{ isStopping: () => false, terminal: null },
  });
  expect(result.messages).toEqual([
    'The operation may cost 52 REST calls. A smaller --page-size costs less.',
  ]);
  expect(await readdir(dir)).toEqual([]);
});

test('the time that is left follows from the quota that the gateway reports', async () => {
  const shown: string[] = [];
  const pages = ['next', null].map((endCursor, at) => ({
    data: {
      customers: {
        ...{ totalCount: 2, nodes: [{ entityId: at + 1 }] },
        pageInfo: { hasNextPage: endCursor !== null, endCursor },
      },
    },
    errors: [],
    upstream: { requests: 10, estimate: null, quota: { limit: 20, remaining: 5, resetMs: 90_000 } },
  }));
  await exportCustomers({
    gateway: {
      url: '',
      client: { ...createClient({ url: '' }), requestPartial: async () => pages.shift() as never },
      explain: ({ message }) => message,
    },
    ...{ file: join(dir, 'customers.jsonl'), pageSize: 1, force: false, isStopping: () => false },
    settings: { format: 'jsonl', parts: [], filter: {}, addressColumns: 5 },
    clock: { now: () => 0, sleep: async () => {} },
    terminal: (text) => void shown.push(text),
  });
  expect(shown[0]).toContain('1 of 2 (50%) customers, about 90 s left');
});

describe('an export that is not complete', () => {
  async function interrupted() {
    const { url } = await startStore();
    const file = join(dir, 'customers.jsonl');
    await run({ url }, { file, isStopping: after(1) });
    return { url, file };
  }

  test('is not resumed with other options', async () => {
    const { url, file } = await interrupted();
    const before = await readFile(file);
    expect(await run({ url }, { file, parts: [] })).toMatchObject({
      failed: true,
      messages: [
        `${file}.export-journal is of an export with other options: repeat those to resume it, or begin anew by --force`,
      ],
    });
    expect(await readFile(file)).toEqual(before);
  });

  test('is not resumed if its file has become shorter', async () => {
    const { url, file } = await interrupted();
    await truncate(file, 100);
    const { messages } = await run({ url }, { file });
    expect(messages[0]).toMatch(/is shorter than the journal of the export says/);
    expect((await stat(file)).size).toBe(100);
  });

  test('is not resumed with a journal that is none', async () => {
    const { url, file } = await interrupted();
    await writeFile(`${file}.export-journal`, 'my shopping list\n');
    const { messages } = await run({ url }, { file });
    expect(messages[0]).toBe(`${file}.export-journal is no journal of an export: --force begins anew`);
  });

  test('is not imported, until it is complete', async () => {
    const { url, file } = await interrupted();
    const { messages, exitCode } = await runArgs(['import', file, '--url', url, '--dry-run']);
    expect([exitCode, messages]).toEqual([
      1,
      [expect.stringContaining(`${file} is an export that is not complete, as ${file}.export-journal says`)],
    ]);
    await run({ url }, { file });
    expect((await runArgs(['import', file, '--url', url, '--dry-run'])).exitCode).toBe(0);
  });

  test('is not written by two processes', async () => {
    const { url, file } = await interrupted();
    const before = await readFile(file);
    await writeFile(`${file}.export-journal.lock`, String(process.pid));
    for (const force of [false, true])
      expect(await run({ url }, { file, force })).toMatchObject({
        failed: true,
        messages: [
          expect.stringMatching(/^process \d+ exports to this file already; .* delete .*journal\.lock$/),
        ],
      });
    expect(await readFile(file)).toEqual(before);
    await writeFile(`${file}.export-journal.lock`, '99999999');
    expect((await run({ url }, { file })).failed).toBe(false);
    expect(await readdir(dir)).toEqual(['customers.jsonl']);
  });

  test('begins anew with --force', async () => {
    const { url, file } = await interrupted();
    expect(await run({ url }, { file, force: true, parts: [] })).toMatchObject({
      failed: false,
      data: { customers: 25, resumedAfter: 0 },
    });
    expect(await readdir(dir)).toEqual(['customers.jsonl']);
  });

  test('has a journal without a field of a customer', async () => {
    const { file } = await interrupted();
    const journal = await readFile(`${file}.export-journal`, 'utf8');
    const [customer] = (await readFile(file, 'utf8')).split('\n');
    const { email, lastName } = JSON.parse(customer ?? '');
    for (const value of [email, lastName])
      for (const text of [journal, ...cursorsIn(journal)]) expect(text).not.toContain(value);
  });
});

function cursorsIn(journal: string): readonly string[] {
  return journal
    .split('\n')
    .slice(1, -1)
    .map((line) => Buffer.from(JSON.parse(line).cursor ?? '', 'base64url').toString());
}
