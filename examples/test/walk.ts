// What a newcomer does: the commands of the README's section "A typed page", in a copy of the repository, until the page shows customers;
// then a change of its query. Prints what each step takes: `npm run walk`, or `-- PICTURE` for a picture of the page.
// The time of `npm ci`, most of which is npm's download, is printed apart from that of the other steps.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fencesOf } from '../../test/docs/pages.ts';
import { findChromium, launchChromium } from '../../test/support/browser.ts';
import { axeViolations, freePorts, openPage, waitForPage } from './example.ts';

/** The target for all steps but `npm ci`, in seconds. */
const TARGET_S = 300;

const readme = readFileSync('README.md', 'utf8');
const [, section = ''] = /^## A typed page\n(.*?)^## /ms.exec(readme) ?? [];
const fences = fencesOf('README.md', section);
const commands = fences
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => code.split(/\n|&&/));
const page = fences.find(({ marks }) => marks.has('file'))?.code ?? '';
const folder =
  commands
    .find((command) => command.startsWith('cd '))
    ?.slice(3)
    .trim() ?? '';

const copy = mkdtempSync(join(tmpdir(), 'newcomer-'));
const ports = await freePorts();
const env = { ...process.env, ...ports };
const steps: [name: string, seconds: number][] = [];
let start: ReturnType<typeof spawn> | null = null;
try {
  copyRepository();
  for (const command of commands.map((line) => line.trim())) {
    if (command === '' || command.startsWith('cd ')) continue;
    if (command !== 'npm start') timed(command, () => npm(command.split(' ').slice(1)));
  }
  // The gateway installs itself at the first start. Done before, npm's time is known.
  timed('npm ci of the gateway', () => execFileSync('npm', ['ci', '--loglevel=error'], { cwd: copy }));
  const startedAt = performance.now();
  start = spawn('npm', ['start'], { cwd: join(copy, folder), env, detached: true, stdio: 'ignore' });
  const url = `http://127.0.0.1:${ports.PORT}`;
  await waitForPage(url, start);
  await usePage(url, startedAt);
  report();
} finally {
  if (start?.pid !== undefined) process.kill(-start.pid, 'SIGTERM');
  rmSync(copy, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}

/** Copies what git has, as a clone would. */
function copyRepository(): void {
  const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
}

function npm(args: readonly string[]): void {
  execFileSync('npm', [...args, '--loglevel=error'], { cwd: join(copy, folder), env, stdio: 'pipe' });
}

function timed(name: string, step: () => void): void {
  const from = performance.now();
  step();
  steps.push([name, (performance.now() - from) / 1_000]);
}

/** Looks at the page, and changes its query as the README says. */
async function usePage(url: string, startedAt: number): Promise<void> {
  const browser = await launchChromium(findChromium() ?? '');
  try {
    const opened = await openPage(browser, url, 'light');
    const lines = opened.page.getByRole('listitem');
    await lines.nth(5).waitFor();
    steps.push(['npm start, until the page shows customers', (performance.now() - startedAt) / 1_000]);
    const [, , picture] = process.argv;
    if (picture !== undefined) await opened.page.locator('main').screenshot({ path: picture });
    assert.deepEqual(await axeViolations(opened.page), []);
    // Later the page loads with the types of the query before.
    assert.deepEqual(opened.problems, []);

    const file = join(copy, folder, 'src/page.ts');
    assert.equal(readFileSync(file, 'utf8').trim(), page.trim(), 'the README shows another page');
    const changedAt = performance.now();
    const changed = page.replace('firstName lastName addresses', 'firstName lastName email addresses');
    writeFileSync(
      file,
      changed
        .replace('({ firstName, lastName,', '({ firstName, lastName, email,')
        .replace(': ${', ` <\${email}>: \${`),
    );
    npm(['run', 'types']);
    await lines.filter({ hasText: '@' }).first().waitFor();
    steps.push([
      'a change of the query, with its types, until the page shows it',
      (performance.now() - changedAt) / 1_000,
    ]);

    writeFileSync(file, page.replace('({ firstName, lastName,', '({ firstName, lastName, email,'));
    assert.throws(() => npm(['run', 'types']), 'the compiler accepts a field that the query does not select');
  } finally {
    await browser.close();
  }
}

function report(): void {
  const isOfNpm = ([name]: readonly [string, number]) => name.startsWith('npm ci');
  for (const [name, seconds] of steps) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
  const own = steps.filter((step) => !isOfNpm(step)).reduce((sum, [, seconds]) => sum + seconds, 0);
  console.log(`${own.toFixed(1).padStart(7)} s  in all without npm ci; the target is ${TARGET_S} s`);
}
