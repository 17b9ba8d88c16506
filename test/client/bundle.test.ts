import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../../src/server/listen.ts';
import { findChromium, launchChromium } from '../support/browser.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';
import { bundleClient } from './bundle.ts';

/** In bytes. */
const MAX_GZIPPED = 5_000;

let code: string;
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  code = await bundleClient();
  const gateway = await startGatewayOnSandbox({ customers: 3 });
  const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 0 });
  url = listener.url;
  close = async () => {
    await listener.stop();
    await gateway.close();
  };
});
afterAll(() => close());

test('the client is smaller than 5 kB when compressed', () => {
  expect(gzipSync(code).length).toBeLessThan(MAX_GZIPPED);
});

test('the bundle uses no module and no global of Node', () => {
  expect(code).not.toMatch(/\b(?:node:|require\(|process\.|Buffer\b|import\s*\()/);
});

const RUN = `const { createClient } = await import('/client.js');
const client = createClient({ url: location.origin + '/graphql' });
const data = await client.request('{ customers(first: 2) { nodes { entityId } } }');`;
const EXPECTED = { customers: { nodes: [{ entityId: 1 }, { entityId: 2 }] } };

const chromium = findChromium();
if (chromium === null) console.warn('SKIPPED: the client is not run in a browser. Chromium is missing.');

test.skipIf(chromium === null && !process.env.CI)(
  'it runs in a page and in a worker of a browser',
  async () => {
    const browser = await launchChromium(chromium ?? '');
    try {
      const context = await browser.newContext();
      const serve = (path: string, contentType: string, body: string) =>
        context.route(`${url}${path}`, (route) => route.fulfill({ contentType, body }));
      await serve('/page', 'text/html', '<!doctype html><title>x</title>');
      await serve('/client.js', 'text/javascript', code);
      await serve('/worker.js', 'text/javascript', `${RUN}\npostMessage(data);`);
      const page = await context.newPage();
      await page.goto(`${url}/page`);
      expect(await page.evaluate(`(async () => { ${RUN} return data; })()`)).toEqual(EXPECTED);
      const inWorker = `new Promise((resolve, reject) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = reject;
      })`;
      expect(await page.evaluate(inWorker)).toEqual(EXPECTED);
    } finally {
      await browser.close();
    }
  },
);
