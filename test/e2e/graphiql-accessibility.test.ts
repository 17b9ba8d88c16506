import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  chromiumOrSkip,
  type GraphiQLBench,
  openOperation,
  runShown,
  startGraphiQLBench,
} from '../support/graphiql-page.ts';

const chromium = chromiumOrSkip('the accessibility of GraphiQL was not checked in a browser');

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds in GraphiQL itself and no setting, style or attribute of the page repairs. docs/graphiql.md lists the same. */
const FINDINGS_OF_GRAPHIQL: readonly string[] = [];

/** What GraphiQL writes to the console about itself. docs/graphiql.md lists the same. */
const MESSAGES_OF_GRAPHIQL: readonly string[] = [
  'Warning: Missing `Description` or `aria-describedby={undefined}` for {DialogContent}.',
];

describe.skipIf(chromium === null)('the accessibility of GraphiQL', () => {
  let bench: GraphiQLBench;

  beforeAll(async () => {
    bench = await startGraphiQLBench(chromium ?? '');
  }, 60_000);

  afterEach(() => {
    expect(bench.strangers, 'requests to other hosts').toEqual([]);
    const complaints = bench.complaints.filter((text) => !MESSAGES_OF_GRAPHIQL.includes(text));
    expect(complaints, 'errors on the page').toEqual([]);
  });

  afterAll(() => bench?.close());

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    test.each([1280, 390])(
      'axe finds nothing at %i px, in any pane',
      async (width) => {
        const page = await bench.open({ viewport: { width, height: 844 }, colorScheme });
        await runShown(page);
        await expectAccessible(page, 'the answer');
        for (const name of ['Plan', 'Extensions of the answer', 'Extensions of the request'])
          await page.getByText(name, { exact: true }).click();
        await openOperation(page, 'PartlyInvalid');
        await runShown(page);
        await expectAccessible(page, 'the library and the extensions');
        await page.getByRole('button', { name: 'Variables' }).click();
        await page.getByRole('button', { name: 'New tab' }).click();
        await expectAccessible(page, 'two tabs and the variables');
        await page.getByRole('button', { name: 'Show History' }).click();
        await expectAccessible(page, 'the history');
        await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
        await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Query' }).click();
        await expectAccessible(page, 'the documentation');
        await page.getByRole('button', { name: 'Open settings dialog' }).click();
        await page.getByRole('dialog').waitFor();
        await expectAccessible(page, 'the settings');
        await page.keyboard.press('Escape');
        await page.close();
      },
      60_000,
    );
  });

  test('at 390 px nothing is wider than the screen, and an operation can be opened and run', async () => {
    const page = await bench.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await openOperation(page, 'FilteredCustomers');
    expect((await runShown(page)).data.customers.nodes).toHaveLength(10);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    for (const place of ['.graphiql-query-editor', '.result-window', '.answer-pane', '.library']) {
      const box = await page.locator(place).boundingBox();
      expect(box?.width, place).toBeGreaterThan(280);
      expect((box?.x ?? 0) + (box?.width ?? 0), place).toBeLessThanOrEqual(390);
    }
    await page.close();
  });
});

async function expectAccessible(page: Page, place: string): Promise<void> {
  // Tooltips and prices that come and go would change the page while it is read.
  await page.mouse.move(300, 2);
  await expect.poll(() => page.locator('.graphiql-tooltip').count()).toBe(0);
  await expect
    .poll(() => page.evaluate("document.querySelector('[data-price=before]').textContent"))
    .not.toBe('...');
  // What fades in has less contrast until it is there.
  await expect
    .poll(() => page.evaluate("document.getAnimations().every(({ playState }) => playState !== 'running')"))
    .toBe(true);
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(TAGS)}, selectors: false })`,
  )) as {
    violations: readonly { id: string; nodes: readonly { target: unknown; html: string }[] }[];
  };
  const found = violations.filter(({ id }) => !FINDINGS_OF_GRAPHIQL.includes(id));
  const shown = found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  expect(shown, place).toEqual([]);
}
