import { pino } from 'pino';
import { startSandbox } from '../src/sandbox/index.ts';
import { createApp } from '../src/server/app.ts';
import { listen } from '../src/server/listen.ts';
import { findChromium, launchChromium } from '../test/support/browser.ts';

const SCREENSHOT = 'docs/graphiql.png';

const chromium = findChromium();
if (chromium === null) {
  console.error('no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH');
  process.exit(1);
}

const sandbox = await startSandbox({ quota: 0 });
const app = createApp({
  store: {
    baseUrl: sandbox.url,
    accessToken: () => sandbox.token,
    timeoutMs: 10_000,
    maxBodyBytes: 32_000_000,
    connections: 64,
  },
  logger: pino({ level: 'silent' }),
  storeHash: 'sandbox',
  authenticator: null,
  graphiql: true,
  reportCost: true,
  maxCalls: 500,
  writes: { maxItems: 1_000, lateWriteMs: 15_000 },
  governor: { maxQueued: 2_000, retryRatio: 0.1 },
  deadlineMs: 30_000,
});
const listener = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 1_000 });
const browser = await launchChromium(chromium);

const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(`${listener.url}/graphql`);
await page.getByRole('button', { name: /^Execute query/ }).click();
await page.locator('.result-window').getByText('totalCount').first().waitFor();
// The response appears before it is highlighted, and scrollbars fade after the mouse has left.
await page.mouse.move(1_270, 4);
await page.waitForTimeout(2_000);
await page.screenshot({ path: SCREENSHOT });
console.log(`${SCREENSHOT} updated`);

await browser.close();
await listener.stop();
await sandbox.close();
