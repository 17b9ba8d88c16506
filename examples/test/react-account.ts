import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { ask } from './example.ts';
import type { Use } from './run.ts';

/** An address that no generated customer has. Each theme adds one of its own. */
const address = (street: string) => ({
  'First name': 'Ana',
  'Last name': 'Silva',
  Street: street,
  'Postal code': 'LS1 1AA',
  City: 'Leeds',
  'Country code': 'GB',
});

/** Signs in, edits the profile, pages and edits the address book, repeats an address, changes the consent, signs out. */
export const useAccount: Use = async (page, { graphqlUrl }, look) => {
  const { customers } = await ask(graphqlUrl, '{ customers(first: 50) { nodes { email addressCount } } }');
  const customer = customers.nodes.find((node: { addressCount: number }) => node.addressCount > 5);
  assert.ok(customer, 'no customer of the sandbox has more than five addresses');

  await page.getByLabel('E-mail address').fill(customer.email);
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
  await look('sign-in');
  await page.getByLabel('Password').fill('sandbox1');
  await page.getByRole('button', { name: 'Sign in' }).click();

  const profile = page.getByRole('region', { name: 'Profile' });
  await profile.getByLabel('First name').fill('Renamed');
  await profile.getByRole('button', { name: 'Save profile' }).click();
  await profile.getByText('Profile saved.').waitFor();

  const book = page.getByRole('region', { name: /^Addresses/ });
  const entries = book.getByRole('listitem');
  assert.equal(await entries.count(), 5);
  // Each is shown where it was asked for, and none reaches the console.
  await refuse(page, 'query Account');
  await book.getByRole('button', { name: 'More addresses' }).click();
  await book.getByText(SHARE_IS_USED).waitFor();
  await refuse(page, 'mutation UpdateProfile');
  await profile.getByRole('button', { name: 'Save profile' }).click();
  await profile.getByText(SHARE_IS_USED).waitFor();
  await book.getByRole('button', { name: 'More addresses' }).click();
  await entries.nth(5).waitFor();

  const street = `${(await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches')) ? 2 : 1} High Street`;
  const add = async () => {
    for (const [label, value] of Object.entries(address(street))) await book.getByLabel(label).fill(value);
    await book.getByRole('button', { name: 'Add address' }).click();
  };
  await add();
  await book.getByText('Address added.').waitFor();
  await add();
  await book.getByText('You have this address already').waitFor();

  const consent = page.getByRole('region', { name: 'Cookies' });
  await consent.getByLabel(/^Analytics/).check();
  await consent.getByRole('button', { name: 'Save choice' }).click();
  await consent.getByText('Choice saved.').waitFor();
  await look('account');

  const more = book.getByRole('button', { name: 'More addresses' });
  const showAll = async () => {
    while (await more.isVisible()) {
      const before = await entries.count();
      await more.click();
      await entries.nth(before).waitFor();
      // The button has another name meanwhile.
      await book.getByRole('button', { name: 'Loading…' }).waitFor({ state: 'detached' });
    }
  };
  await showAll();
  const added = book.getByRole('button', { name: `Delete the address in Leeds, ${street}` });
  await added.click();
  await added.waitFor({ state: 'detached' });

  // An address is added, and only what reads it again is refused.
  await refuse(page, 'query Account');
  await add();
  await book.getByText('Address added.').waitFor();
  const problem = page.getByRole('region', { name: 'Problem' });
  await problem.getByText(SHARE_IS_USED).waitFor();
  await look('refused');
  await problem.getByRole('button', { name: 'Try again' }).click();
  await problem.waitFor({ state: 'detached' });
  // The list begins anew.
  await entries.nth(5).waitFor({ state: 'detached' });
  await showAll();
  await added.click();
  await added.waitFor({ state: 'detached' });

  // The client of the session tries three times more.
  await refuse(page, 'signOutShopper', 4);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByText('the store did not confirm it').waitFor();
};

const SHARE_IS_USED = 'The shoppers together have used their share of the store.';

/** Answers the next requests of an operation as the gateway does when the shoppers have used their share of the store. */
async function refuse(page: Page, operation: string, times = 1): Promise<void> {
  let left = times;
  const extensions = { code: 'OVERLOADED', retryAfterMs: 100 };
  await page.route('**/graphql', (route) => {
    if (left === 0 || !route.request().postData()?.includes(operation)) return route.fallback();
    left -= 1;
    return route.fulfill({
      status: 503,
      contentType: 'application/graphql-response+json',
      body: JSON.stringify({ errors: [{ message: `${SHARE_IS_USED} Try again later.`, extensions }] }),
    });
  });
}
