import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { library } from '../../src/server/graphiql/library/index.ts';
import {
  chromiumOrSkip,
  type GraphiQLBench,
  openOperation,
  runShown,
  shownPrice,
  startGraphiQLBench,
} from '../support/graphiql-page.ts';

const chromium = chromiumOrSkip('GraphiQL was not tried in a browser');

describe.skipIf(chromium === null)('GraphiQL in Chromium', () => {
  let bench: GraphiQLBench;
  let page: Page;

  beforeAll(async () => {
    bench = await startGraphiQLBench(chromium ?? '');
    page = await bench.open({ viewport: { width: 1280, height: 900 } });
  }, 60_000);

  beforeEach(() => bench.gateway.sandbox.requests.clear());

  afterEach(() => {
    expect(bench.strangers, 'requests to other hosts').toEqual([]);
    expect(bench.complaints, 'errors on the page').toEqual([]);
  });

  afterAll(() => bench?.close());

  test('lists the library by theme, with the explanation and the cost of each operation', async () => {
    expect(await page.title()).toBe('GraphQL for BigCommerce customers');
    expect(await page.locator('.library summary').allTextContents()).toEqual(library.map(({ name }) => name));
    const shown = await page.locator('.library').evaluate((element) => element.textContent);
    for (const { title, explanation } of library.flatMap(({ operations }) => operations)) {
      expect(shown).toContain(title);
      expect(shown).toContain(explanation);
    }
  });

  test('shows the answer of the first operation as the store has it', async () => {
    const { data } = await runShown(page);
    expect(bench.gateway.calls()).toHaveLength(1);
    const records = await storeHas('customers?limit=5&include=addresses,formfields,storecredit');
    expect(data.customers.totalCount).toBe(250);
    expect(data.customers.nodes).toEqual(
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

  test('shows the price before an operation runs, without a call, and what it cost after', async () => {
    await openOperation(page, 'AddressOwners');
    await expect.poll(() => shownPrice(page, 'before')).toMatch(/^at most 2 REST calls/);
    expect(bench.gateway.calls()).toEqual([]);
    await runShown(page);
    await expect.poll(() => shownPrice(page, 'after')).toMatch(/^2 REST calls/);
  });

  test('runs a mutation with its variables, and shows the outcome of each item', async () => {
    await openOperation(page, 'CreateCustomers');
    const { data } = await runShown(page);
    expect(data.createCustomers.results.map(({ outcome }: Json) => outcome)).toEqual(['CREATED', 'CREATED']);
  });

  test('merges the parts of a deferred answer', async () => {
    await openOperation(page, 'DeferredConsent');
    await runShown(page);
    const consents = async () => {
      const { data } = await shownAnswer();
      return data.customers.nodes.filter(({ consent }: Json) => Array.isArray(consent?.allow)).length;
    };
    await expect.poll(consents).toBe(5);
  });

  test('shows the extensions of the answer in their own pane', async () => {
    await openOperation(page, 'EveryCall');
    const answer = await runShown(page);
    expect(Object.keys(answer)).toEqual(['data']);
    await page.getByText('Extensions of the answer', { exact: true }).click();
    const shown = JSON.parse(
      await page.getByRole('region', { name: 'Extensions of the answer' }).innerText(),
    );
    expect(shown.upstream).toMatchObject({ requests: 4, calls: expect.any(Array) });
  });

  test('sends the extensions that are written for an operation, with that operation alone', async () => {
    await openOperation(page, 'PlanOnly');
    expect((await runShown(page)).data).toBeNull();
    expect(bench.gateway.calls()).toEqual([]);
    await page.getByText('Extensions of the request', { exact: true }).click();
    await page.getByRole('textbox', { name: /^Extensions of the request/ }).fill('{');
    expect((await runShown(page)).errors[0].message).toBe('The request extensions are no JSON object.');
    await openOperation(page, 'NestedCustomers');
    expect((await runShown(page)).data.customers.totalCount).toBeGreaterThan(0);
  });

  test('keeps what is typed if an operation of the library is opened', async () => {
    const tabs = page.locator('.graphiql-tab-button');
    const count = await tabs.count();
    await write('query Mine { viewer { kind } }');
    await expect.poll(() => tabs.allTextContents()).toContain('Mine');
    await openOperation(page, 'WhoAmI');
    expect(await tabs.count()).toBe(count + 1);
    expect(await tabs.allTextContents()).toContain('Mine');
  });

  test('shows a syntax error with its place and without a stack', async () => {
    await write('query { customers(first: ');
    const { errors } = await runShown(page);
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(/^Syntax Error: /),
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
    expect(JSON.stringify(errors)).not.toMatch(/stack|\bat \w+ \(|\.js/);
    await expect.poll(() => shownPrice(page, 'before')).toMatch(/^Syntax Error: /);
  });

  test('says without a stack that the gateway did not answer', async () => {
    await write('{ viewer { kind } }');
    await page.route('**/graphql', (route) => route.fulfill({ status: 502, body: '<html>' }));
    const { errors } = await runShown(page);
    await page.unroute('**/graphql');
    expect(errors).toEqual([{ message: expect.stringMatching(/^The answer cannot be read: /) }]);
    // Chromium itself reports the invented answer.
    (bench.complaints as string[]).length = 0;
  });

  test('keeps a history of the operations that ran', async () => {
    await page.getByRole('button', { name: 'Show History' }).click();
    const history = page.locator('.graphiql-history');
    await expect.poll(() => history.innerText()).toMatch(/EveryCall/);
    expect(await history.innerText()).toMatch(/CreateCustomers/);
  });

  test('shows the documentation of the schema next to the query', async () => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const explorer = page.locator('.graphiql-doc-explorer');
    await explorer.getByRole('link', { name: 'Customer', exact: true }).click();
    await expect
      .poll(() => explorer.innerText())
      .toMatch(/A registered customer of the store[\s\S]*storeCredit/);
  });

  /** Replaces the operation in the editor. */
  async function write(query: string): Promise<void> {
    await page.evaluate(
      `document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue(${JSON.stringify(query)})`,
    );
  }

  async function shownAnswer(): Promise<Json> {
    const text = await page.evaluate(
      "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()",
    );
    return JSON.parse(String(text));
  }

  async function storeHas(path: string): Promise<readonly Json[]> {
    const { url, token } = bench.gateway.sandbox;
    const response = await fetch(`${url}/${path}`, { headers: { 'x-auth-token': token } });
    return ((await response.json()) as Json).data;
  }
});

// biome-ignore lint/suspicious/noExplicitAny: compares JSON of the page with JSON of the store
type Json = any;
