import { createSilentGateway } from '../bench/gateway.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { listen } from '../src/server/listen.ts';
import { findChromium, launchChromium } from '../test/support/browser.ts';

const SCREENSHOT = 'docs/graphiql.png';

const chromium = findChromium();
if (chromium === null) {
  console.error('no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH');
  process.exit(1);
}

const sandbox = await startSandbox({ quota: 0 });
const app = createSilentGateway(sandbox, { graphiql: true, reportCost: true });
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
