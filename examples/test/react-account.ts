import assert from 'node:assert/strict';
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
  while (await more.isVisible()) {
    const before = await entries.count();
    await more.click();
    await entries.nth(before).waitFor();
  }
  const added = book.getByRole('button', { name: `Delete the address in Leeds, ${street}` });
  await added.click();
  await added.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
};
