import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { examples } from '../../src/server/graphiql/examples.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import { findChromium, launchChromium } from '../support/browser.ts';
import { startGatewayOnSandbox } from '../support/gateway.ts';

const chromium = findChromium();
if (chromium === null) {
  const missing = 'no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH';
  if (process.env.CI) throw new Error(missing);
  process.stderr.write(`SKIPPED: GraphiQL was not tried in a browser, ${missing}\n`);
}

describe.skipIf(chromium === null)('GraphiQL in Chromium', () => {
  let gateway: Awaited<ReturnType<typeof startGatewayOnSandbox>>;
  let listener: Listener;
  let browser: Browser;
  let page: Page;
  const strangers: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    gateway = await startGatewayOnSandbox();
    listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 1_000 });
    browser = await launchChromium(chromium ?? '');
    // Tall enough for every line of every response: the editors render only visible lines.
    page = await browser.newPage({ viewport: { width: 1280, height: 8_000 } });
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
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  }, 60_000);

  beforeEach(() => gateway.sandbox.requests.clear());

  afterEach(() => {
    expect(strangers, 'requests to other hosts').toEqual([]);
    expect(complaints, 'errors on the page').toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await listener?.stop();
    await gateway?.close();
  });

  test('shows each example in its own tab', async () => {
    expect(await page.title()).toBe('GraphQL for BigCommerce customers');
    expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual([
      'Nested',
      'Filter',
      'Paging',
      'Lookups',
      'Node',
    ]);
    expect(examples.map(({ name }) => name)).toEqual(['Nested', 'Filter', 'Paging', 'Lookups', 'Node']);
  });

  test('shows the result of the nested query, which takes one call', async () => {
    const { customers } = await run('Nested');
    expect(gateway.calls()).toHaveLength(1);
    const records = await storeHas('customers?limit=5&include=addresses,formfields,storecredit');
    expect(customers.totalCount).toBe(250);
    expect(customers.nodes).toHaveLength(5);
    expect(customers.nodes).toEqual(
      records.map((record) => ({
        entityId: record.id,
        firstName: record.first_name,
        lastName: record.last_name,
        company: record.company === '' ? null : record.company,
        storeCredit: record.store_credit_amounts.map(({ amount }: Json) => ({ amount })),
        formFields: record.form_fields.map(({ name }: Json) => expect.objectContaining({ name })),
        addresses: {
          totalCount: record.address_count,
          nodes: record.addresses.slice(0, 3).map((address: Json) => ({
            address1: address.address1,
            city: address.city,
            countryCode: address.country_code,
          })),
        },
      })),
    );
  });

  test('shows filtered customers in sort order', async () => {
    const { customers } = await run('Filter');
    expect(gateway.calls()).toHaveLength(1);
    const records = await storeHas(
      'customers?limit=10&name:like=an&date_created:min=2023-01-01T00:00:00Z&sort=date_created:desc',
    );
    expect(customers.nodes).toHaveLength(10);
    expect(customers.nodes).toEqual(
      records.map((record) => ({
        entityId: record.id,
        firstName: record.first_name,
        lastName: record.last_name,
        company: record.company === '' ? null : record.company,
        createdAt: record.date_created,
      })),
    );
  });

  test('shows a page with the cursor of the next one', async () => {
    const { customers } = await run('Paging');
    expect(gateway.calls()).toHaveLength(1);
    const records = await storeHas('customers?limit=20');
    expect(customers).toEqual({
      nodes: records.map(({ id, email }) => ({ entityId: id, email })),
      pageInfo: { hasNextPage: true, endCursor: expect.stringMatching(/./) },
    });
  });

  test('shows twenty lookups, which take one call', async () => {
    const answer = await run('Lookups');
    expect(gateway.calls()).toHaveLength(1);
    const records = await storeHas(
      'customers?limit=20&sort=date_created:asc&id:in=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20',
    );
    expect(records).toHaveLength(20);
    for (const { id, first_name, last_name, email } of records) {
      expect(answer[`c${id}`]).toEqual({ entityId: id, firstName: first_name, lastName: last_name, email });
    }
  });

  test('shows the node', async () => {
    const { node } = await run('Node');
    expect(gateway.calls()).toHaveLength(1);
    const [record] = await storeHas('customers?id:in=1&include=addresses');
    expect(node).toEqual({
      id: 'Q3VzdG9tZXI6MQ',
      email: record?.email,
      createdAt: record?.date_created,
      addressCount: record?.address_count,
    });
  });

  test('shows the documentation of the schema next to the query', async () => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Customer', exact: true }).click();
    await expect
      .poll(() => page.locator('.graphiql-doc-explorer').innerText())
      .toMatch(/A registered customer of the store[\s\S]*storeCredit/);
  });

  /** Selects the tab of an example, runs it, and reads the response from the page. */
  async function run(name: string): Promise<Json> {
    await page.getByRole('button', { name, exact: true }).click();
    await page.locator(`[role=tab][aria-selected=true] >> text=${name}`).waitFor();
    // GraphiQL stores the active tab shortly after it has stored the tab's operation.
    const index = examples.findIndex((example) => example.name === name);
    const isNoted = () => page.evaluate(() => localStorage.getItem('graphiql:tabState'));
    if (index > 0) await expect.poll(isNoted).toContain(`"activeTabIndex":${index}`);
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await expect.poll(shownAnswer, { timeout: 10_000 }).not.toBeNull();
    const answer = await shownAnswer();
    expect(answer?.errors).toBeUndefined();
    return answer?.data;
  }

  async function shownAnswer(): Promise<Json | null> {
    const lines = await page.locator('.result-window .view-line').evaluateAll((elements) =>
      elements
        .map((element) => ({ top: Number.parseInt(element.style.top, 10), text: element.textContent }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll('\u00a0', ' ')),
    );
    try {
      return JSON.parse(lines.join(''));
    } catch {
      return null;
    }
  }

  async function storeHas(path: string): Promise<readonly Json[]> {
    const { url, token } = gateway.sandbox;
    const response = await fetch(`${url}/${path}`, { headers: { 'x-auth-token': token } });
    return ((await response.json()) as Json).data;
  }
});

// biome-ignore lint/suspicious/noExplicitAny: compares JSON of the page with JSON of the store
type Json = any;
