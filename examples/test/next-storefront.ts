import assert from 'node:assert/strict';
import type { Use } from './run.ts';

/** Signs in on the server, changes the name, reloads, and signs out. No token and no key reaches a script of the page. */
export const useStorefront: Use = async (page, { url }, look) => {
  await page.getByText(/^\d+ customers shop here\.$/).waitFor();
  await page.getByLabel('E-mail address').fill('i.chevallier.1@post.example.org');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
  await look('sign-in');
  await page.getByLabel('E-mail address').fill('i.chevallier.1@post.example.org');
  await page.getByLabel('Password').fill('sandbox1');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByLabel('First name').fill('Renamed');
  await page.getByRole('button', { name: 'Save name' }).click();
  await page.getByText('Name saved.').waitFor();
  await page.getByRole('heading', { name: /^Renamed / }).waitFor();
  await look('account');
  await page.reload();
  await page.getByRole('heading', { name: /^Renamed / }).waitFor();

  const [cookie] = await page.context().cookies(url);
  assert.equal(cookie?.httpOnly, true);
  assert.equal(cookie?.sameSite, 'Lax');
  assert.equal(await page.evaluate('document.cookie'), '');
  const content = await page.content();
  assert.equal(content.includes('gfbc_'), false);
  assert.equal(content.includes(cookie?.value.split('%20')[0] ?? ''), false);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.deepEqual(await page.context().cookies(url), []);
};
