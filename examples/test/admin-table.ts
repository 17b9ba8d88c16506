import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { ask } from './example.ts';
import type { Use } from './run.ts';

/** Pages in both directions, sorts, searches, and edits three rows of which one cannot be saved. */
export const useTable: Use = async (page, { graphqlUrl }, look) => {
  const { customers } = await ask(graphqlUrl, '{ customers(first: 11) { nodes { entityId email } } }');
  const [first, second, third] = customers.nodes;
  const next = page.getByRole('button', { name: 'Next page' });
  const previous = page.getByRole('button', { name: 'Previous page' });

  await waitForFirst(page, first.entityId);
  assert.equal(await previous.isDisabled(), true);
  await next.click();
  await waitForFirst(page, customers.nodes[10].entityId);
  await previous.click();
  await waitForFirst(page, first.entityId);

  const row = ({ entityId }: { entityId: number }) =>
    page.getByRole('row').filter({ has: page.getByRole('cell', { name: String(entityId), exact: true }) });
  for (const customer of [first, second]) await row(customer).getByRole('checkbox').check();
  await page.getByLabel('Company of the selected').fill('Example Ltd');
  await page.getByRole('button', { name: 'Set for 2' }).click();
  await row(third)
    .getByLabel(/^E-mail address/)
    .fill(first.email);
  await page.getByRole('button', { name: 'Save 3 changes' }).click();
  await row(first)
    .getByText(/Saved|As before/)
    .waitFor();
  await row(second)
    .getByText(/Saved|As before/)
    .waitFor();
  await row(third)
    .getByText(/^Not saved/)
    .waitFor();
  await look('results');
  // The text that was not saved stays, and so does its button.
  await page.getByRole('button', { name: 'Save 1 change' }).waitFor();
  await row(third)
    .getByLabel(/^E-mail address/)
    .fill(third.email);

  await page.getByLabel('Order').selectOption({ label: 'Last name, Z to A' });
  const sorted = await ask(
    graphqlUrl,
    '{ customers(first: 1, sort: LAST_NAME_DESC) { nodes { entityId } } }',
  );
  await waitForFirst(page, sorted.customers.nodes[0].entityId);
  await page.getByLabel('Name contains').fill('an');
  await page.getByRole('button', { name: 'Search' }).click();
  const found = await ask(
    graphqlUrl,
    '{ customers(first: 1, sort: LAST_NAME_DESC, filter: { nameLike: ["an"] }) { totalCount nodes { entityId } } }',
  );
  await page.getByText(`${found.customers.totalCount} customers`).waitFor();
  await waitForFirst(page, found.customers.nodes[0].entityId);
  await look('search');
};

/** Waits until the first row is that of a customer. */
async function waitForFirst(page: Page, entityId: number): Promise<void> {
  await page
    .locator('tbody tr')
    .first()
    .getByRole('cell', { name: String(entityId), exact: true })
    .waitFor();
}
