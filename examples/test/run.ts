// Installs each example and starts it: `npm run examples`, or `-- NAME` for one. Pages are used in Chromium, in light and in dark.
// Fails on an error in the console and on a violation that axe finds. SCREENSHOTS names a folder for pictures.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findChromium, launchChromium } from '../../test/support/browser.ts';
import { useTable } from './admin-table.ts';
import { axeViolations, openPage, type RunningExample, startExample } from './example.ts';
import { importList } from './import-csv.ts';
import { useStorefront } from './next-storefront.ts';
import { useAccount } from './react-account.ts';

/** What a user does in the page of an example. `look` checks and pictures the page as it is. */
export type Use = (
  page: Page,
  example: RunningExample,
  look: (name: string) => Promise<void>,
) => Promise<void>;

const EXAMPLES: Readonly<Record<string, Use>> = {
  'react-account': useAccount,
  'admin-table': useTable,
  'next-storefront': useStorefront,
};

const { SCREENSHOTS } = process.env;
const [only] = process.argv.slice(2);
const chromium = findChromium();
if (chromium === null) throw new Error('Chromium is missing: set CHROMIUM_PATH.');
if (SCREENSHOTS) await mkdir(SCREENSHOTS, { recursive: true });
const browser = await launchChromium(chromium);
let failures = 0;
try {
  for (const [name, use] of Object.entries(EXAMPLES)) {
    if (only === undefined || only === name) failures += await check(name, use);
  }
  if (only === undefined || only === 'import-csv') failures += await checkImport();
} finally {
  await browser.close();
}
process.exitCode = failures > 0 ? 1 : 0;

/** Returns the number of problems, after it has printed them. */
async function checkImport(): Promise<number> {
  const startedAt = Date.now();
  const problems = await importList();
  console.log(
    `import-csv: installed and run in ${Math.round((Date.now() - startedAt) / 1_000)} s, ${problems.length} problems`,
  );
  for (const problem of problems) console.error(`  ${problem}`);
  return problems.length;
}

/** Returns the number of problems, after it has printed them. */
async function check(name: string, use: Use): Promise<number> {
  const startedAt = Date.now();
  const example = await startExample(name);
  const readyAt = Date.now();
  const problems: string[] = [];
  try {
    for (const scheme of ['light', 'dark'] as const) {
      const opened = await openPage(browser, example.url, scheme);
      const look = async (view: string) => {
        if (SCREENSHOTS)
          await opened.page.screenshot({
            path: join(SCREENSHOTS, `${name}-${view}-${scheme}.png`),
            fullPage: true,
          });
        const violations = await axeViolations(opened.page);
        problems.push(...violations.map((violation) => `${scheme}, ${view}: axe ${violation}`));
      };
      await use(opened.page, example, look).catch((error: unknown) => problems.push(`${scheme}: ${error}`));
      problems.push(...opened.problems.map((problem) => `${scheme}: ${problem}`));
      await opened.page.context().close();
    }
  } finally {
    await example.stop();
  }
  const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
  console.log(
    `${name}: installed and started in ${seconds(readyAt - startedAt)}, used in ${seconds(Date.now() - readyAt)}, ${problems.length} problems`,
  );
  for (const problem of problems) console.error(`  ${problem}`);
  return problems.length;
}
