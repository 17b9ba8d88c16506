import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { library } from '../../src/server/graphiql/library/index.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import type { Json } from '../sandbox/support/store-client.ts';
import { findChromium, launchChromium } from './browser.ts';
import { startGatewayOnSandbox } from './gateway.ts';

/**
 * The path of Chromium. Null if this machine has none: then the test says on standard error that it is skipped.
 * @throws Error in CI, if there is none
 */
export function chromiumOrSkip(what: string): string | null {
  const chromium = findChromium();
  if (chromium !== null) return chromium;
  const missing = 'no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH';
  if (process.env.CI) throw new Error(missing);
  process.stderr.write(`SKIPPED: ${what}, ${missing}\n`);
  return null;
}

/** A gateway on a sandbox, and a browser for its GraphiQL. */
export interface GraphiQLBench {
  readonly gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
  readonly url: string;
  /** Requests of the pages to other hosts. */
  readonly strangers: readonly string[];
  /** Errors and warnings of the pages, and their violations of the content security policy. */
  readonly complaints: readonly string[];
  /** Opens GraphiQL as on a first visit, and waits until an operation can be typed. */
  open(options: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export async function startGraphiQLBench(chromium: string): Promise<GraphiQLBench> {
  const gateway = await startGatewayOnSandbox();
  const listener: Listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 1_000 });
  const browser: Browser = await launchChromium(chromium);
  const strangers: string[] = [];
  const complaints: string[] = [];

  return {
    gateway,
    url: listener.url,
    strangers,
    complaints,
    async open(options) {
      const page = await browser.newPage(options);
      page.context().on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (protocol !== 'data:' && origin !== listener.url) strangers.push(request.url());
      });
      page.on('websocket', (socket) => strangers.push(socket.url()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      await page.goto(`${listener.url}/graphql`);
      await page.locator('.graphiql-query-editor .CodeMirror-line').first().waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await listener.stop();
      await gateway.close();
    },
  };
}

/** Opens an operation of the library by its name. */
export async function openOperation(page: Page, name: string): Promise<void> {
  const theme = library.find(({ operations }) => operations.some((operation) => operation.name === name));
  const operation = theme?.operations.find((each) => each.name === name);
  if (theme === undefined || operation === undefined) throw new Error(`The library has no ${name}.`);
  const show = page.getByRole('button', { name: 'Show Operations' });
  if (await show.isVisible()) await show.click();
  const group = page.locator('.library details').filter({ has: page.getByText(theme.name, { exact: true }) });
  if ((await group.getAttribute('open')) === null) await group.locator('summary').click();
  await group.getByRole('button', { name: operation.title, exact: true }).click();
  const isShown = `document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue() === ${JSON.stringify(operation.query)}`;
  await expect.poll(() => page.evaluate(isShown)).toBe(true);
}

/** Runs the operation in the editor and returns the answer that the page shows. */
export async function runShown(page: Page): Promise<Json> {
  await page.evaluate(`${RESULT}.setValue('')`);
  await page.getByRole('button', { name: /^Execute query/ }).click();
  const isComplete = `${RESULT}.getValue() !== '' && document.querySelector('.graphiql-spinner') === null`;
  await expect.poll(() => page.evaluate(isComplete), { timeout: 10_000 }).toBe(true);
  return JSON.parse(String(await page.evaluate(`${RESULT}.getValue()`)));
}

const RESULT = "document.querySelector('.result-window .CodeMirror').CodeMirror";

/** What the page says about the price of an operation. */
export async function shownPrice(page: Page, when: 'before' | 'after'): Promise<string> {
  return page.locator(`[data-price=${when}]`).innerText();
}
