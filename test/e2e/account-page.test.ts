import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/server/listen.ts';
import { findChromium, launchChromium } from '../support/browser.ts';
import { emailOf, PASSWORD, startSignInGateway } from '../support/sign-in-gateway.ts';

const chromium = findChromium();
if (chromium === null) {
  const missing = 'no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH';
  if (process.env.CI) throw new Error(missing);
  process.stderr.write(`SKIPPED: the account page was not tried in a browser, ${missing}\n`);
}

/** An account page as a team would write it: no library, the token in memory only. @param api URL of the GraphQL API */
function accountPage(api: string): string {
  return `<!doctype html><title>Account</title>
<form id="sign-in"><input name="email"><input name="password" type="password"><button>Sign in</button></form>
<p id="message"></p>
<main hidden>
  <h1 id="greeting"></h1>
  <form id="profile"><input name="firstName"><button>Save</button></form>
  <ul id="addresses"></ul>
  <form id="address"><input name="city"><button>Add</button></form>
  <form id="change"><input name="currentPassword" type="password"><input name="newPassword" type="password"><button>Change</button></form>
  <button id="renew">Renew</button> <button id="sign-out">Sign out</button>
</main>
<script type="module">
let token = null;
const show = (text) => { document.querySelector('#message').textContent = text; };
async function run(query, variables = {}, isPublic = false) {
  const headers = { 'content-type': 'application/json' };
  if (token !== null && !isPublic) headers.authorization = 'Bearer ' + token;
  const response = await fetch(${JSON.stringify(api)}, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].extensions.code);
  return data;
}
function on(selector, event, act) {
  document.querySelector(selector).addEventListener(event, async (happened) => {
    happened.preventDefault();
    try { await act(Object.fromEntries(new FormData(event === 'submit' ? happened.target : undefined))); }
    catch (error) { show(error.message); }
  });
}
async function refresh() {
  const { viewer } = await run('{ viewer { customer { firstName addresses(first: 50) { nodes { city } } } } }');
  document.querySelector('#greeting').textContent = 'Hello ' + viewer.customer.firstName;
  const cities = viewer.customer.addresses.nodes.map(({ city }) => Object.assign(document.createElement('li'), { textContent: city }));
  document.querySelector('#addresses').replaceChildren(...cities);
}
on('#sign-in', 'submit', async (input) => {
  const { signInShopper } = await run('mutation ($input: SignInShopperInput!) { signInShopper(input: $input) { accessToken { value } viewer { customer { firstName } } } }', { input }, true);
  token = signInShopper.accessToken.value;
  document.querySelector('main').hidden = false;
  await refresh();
  show('signed in as ' + signInShopper.viewer.customer.firstName);
});
on('#profile', 'submit', async (input) => {
  const { updateViewer } = await run('mutation ($input: UpdateViewerInput!) { updateViewer(input: $input) { outcome } }', { input });
  await refresh();
  show('profile ' + updateViewer.outcome);
});
on('#address', 'submit', async ({ city }) => {
  const place = { firstName: 'Ana', lastName: 'Silva', address1: '1 High Street', city, countryCode: 'GB' };
  const { createViewerAddresses } = await run('mutation ($input: CreateViewerAddressesInput!) { createViewerAddresses(input: $input) { results { outcome } } }', { input: { addresses: [place] } });
  await refresh();
  show('address ' + createViewerAddresses.results[0].outcome);
});
on('#change', 'submit', async (input) => {
  const { changeViewerPassword } = await run('mutation ($input: ChangeViewerPasswordInput!) { changeViewerPassword(input: $input) { outcome } }', { input });
  show('password ' + changeViewerPassword.outcome);
});
on('#renew', 'click', async () => {
  const { renewShopperAccessToken } = await run('mutation { renewShopperAccessToken(input: {}) { accessToken { value } } }');
  show(renewShopperAccessToken.accessToken.value === token ? 'the same token' : 'renewed');
  token = renewShopperAccessToken.accessToken.value;
  await refresh();
});
on('#sign-out', 'click', async () => {
  await run('mutation { signOutShopper(input: {}) { isSignedOut } }');
  try { await refresh(); } catch (error) { show('signed out: ' + error.message); }
  document.querySelector('main').hidden = true;
});
</script>`;
}

/** Serves a page on an origin of its own. */
async function servePage(): Promise<{ readonly origin: string; show(html: string): void }> {
  let html = '';
  const server: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    show(page) {
      html = page;
    },
  };
}

describe.skipIf(chromium === null)('an account page in Chromium', () => {
  test('signs a shopper in, changes their own things, and signs out', { timeout: 60_000 }, async () => {
    const site = await servePage();
    const gateway = await startSignInGateway({ gateway: { guards: { corsOrigins: [site.origin] } } });
    const listener = await listen(gateway.app, { host: '127.0.0.1', port: 0, graceMs: 1_000 });
    onTestFinished(() => listener.stop());
    site.show(accountPage(`${listener.url}/graphql`));
    const browser = await launchChromium(chromium ?? '');
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(site.origin);
    const says = (text: string) => page.locator('#message', { hasText: text }).waitFor();
    const fill = async (form: string, values: Readonly<Record<string, string>>) => {
      for (const [name, value] of Object.entries(values)) await page.fill(`${form} [name=${name}]`, value);
      await page.click(`${form} button`);
    };
    const email = await emailOf(gateway, 7);

    await fill('#sign-in', { email, password: 'wrong' });
    await says('INVALID_CREDENTIALS');
    await fill('#sign-in', { email, password: PASSWORD });
    await says('signed in as');
    await fill('#profile', { firstName: 'Beatriz' });
    await says('profile UPDATED');
    expect(await page.textContent('#greeting')).toBe('Hello Beatriz');
    await fill('#address', { city: 'Ilkley' });
    await says('address CREATED');
    expect(await page.locator('#addresses li').allTextContents()).toContain('Ilkley');
    gateway.clock.time += 600_000;
    await page.click('#renew');
    await says('renewed');
    gateway.clock.time += 600_000;
    await fill('#change', { currentPassword: 'wrong', newPassword: 'battery staple 7' });
    await says('INVALID_CREDENTIALS');
    await fill('#change', { currentPassword: PASSWORD, newPassword: 'battery staple 7' });
    await says('password UPDATED');
    await page.click('#sign-out');
    await says('signed out: UNAUTHENTICATED');
    // A sign-in in the same millisecond as the change counts as one before it.
    gateway.clock.time += 1_000;
    await fill('#sign-in', { email, password: PASSWORD });
    await says('INVALID_CREDENTIALS');
    await fill('#sign-in', { email, password: 'battery staple 7' });
    await says('signed in as Beatriz');
    expect(complaints).toEqual([]);
  });
});
