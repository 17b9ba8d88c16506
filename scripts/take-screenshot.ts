import { createSilentGateway } from '../bench/gateway.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { listen } from '../src/server/listen.ts';
import { findChromium, launchChromium } from '../test/support/browser.ts';

const chromium = findChromium();
if (chromium === null) {
  console.error('no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH');
  process.exit(1);
}

const sandbox = await startSandbox({ quota: 0 });
const app = createSilentGateway(sandbox, { graphiql: true, reportCost: true });
const listener = await listen(app, { host: '127.0.0.1', port: 0, graceMs: 1_000 });
const browser = await launchChromium(chromium);

for (const [path, viewport, colorScheme] of [
  ['docs/graphiql.png', { width: 1280, height: 800 }, 'light'],
  ['docs/graphiql-dark.png', { width: 1280, height: 800 }, 'dark'],
  ['docs/graphiql-narrow.png', { width: 390, height: 844 }, 'light'],
] as const) {
  const page = await browser.newPage({ viewport, colorScheme });
  await page.goto(`${listener.url}/graphql`);
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.locator('.result-window').getByText('totalCount').first().waitFor();
  await page.locator('[data-price=before]').getByText('REST call').waitFor();
  // The response appears before it is highlighted, and scrollbars fade after the mouse has left.
  await page.mouse.move(viewport.width - 10, 4);
  await page.waitForTimeout(2_000);
  await page.screenshot({ path, fullPage: viewport.width < 700 });
  console.log(`${path} updated`);
  await page.close();
}

await browser.close();
await listener.stop();
await sandbox.close();
