import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRemoteGateway, type RemoteOptions } from '../../src/cli/remote-gateway.ts';
import { GatewayFailure } from '../../src/client/index.ts';
import { tempDir } from '../support/temp-dir.ts';

const KEY = 'gk_an_invented_key';

async function open(options: RemoteOptions = {}, environment: Readonly<Record<string, string>> = {}) {
  return openRemoteGateway(options, environment, { retries: 0 });
}

async function opened(options?: RemoteOptions, environment?: Readonly<Record<string, string>>) {
  const result = await open(options, environment);
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result.gateway;
}

/** A server that answers each request the same. */
async function startServer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const seen: { path: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ path: request.url, authorization: request.headers.authorization });
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function problemAt(url: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const gateway = await opened({ url }, environment);
  const failure = await gateway.client.request('{ __typename }').catch((error: unknown) => error);
  if (!(failure instanceof GatewayFailure)) throw new Error('the request did not fail');
  return gateway.explain(failure);
}

describe('the address', () => {
  test.each([
    [{}, {}, 'http://127.0.0.1:4000/graphql'],
    [{}, { PORT: '4100' }, 'http://127.0.0.1:4100/graphql'],
    [{}, { HOST: '0.0.0.0' }, 'http://localhost:4000/graphql'],
    [{}, { HOST: '::1' }, 'http://[::1]:4000/graphql'],
    [{}, { GATEWAY_URL: 'https://a.example.org/', PORT: '4100' }, 'https://a.example.org/graphql'],
    [
      { url: 'https://b.example.org' },
      { GATEWAY_URL: 'https://a.example.org' },
      'https://b.example.org/graphql',
    ],
    [{ url: 'https://a.example.org/graphql' }, {}, 'https://a.example.org/graphql'],
    [{ url: 'https://a.example.org/customers/?x=1' }, {}, 'https://a.example.org/customers/graphql'],
  ])('%j with %j is %s', async (options, environment, url) => {
    expect((await opened(options, environment)).url).toBe(url);
  });

  test.each([
    [{ url: 'gateway' }, /^--url is not an http or https URL$/],
    [{ url: 'ftp://a.example.org' }, /^--url is not an http or https URL$/],
    [{ url: 'https://user:secret@a.example.org' }, /^--url contains a user name or a password/],
  ])('%j is refused', async (options, problem) => {
    expect(await open(options)).toEqual({ problems: [expect.stringMatching(problem)] });
  });

  test('a variable that is no URL is named', async () => {
    const result = await open({}, { GATEWAY_URL: 'gateway' });
    expect(result).toEqual({ problems: ['GATEWAY_URL is not an http or https URL'] });
  });
});

test('two keys in the environment are refused', async () => {
  const result = await open({}, { GATEWAY_KEY: KEY, GATEWAY_KEY_FILE: 'key' });
  expect(result).toEqual({ problems: ['GATEWAY_KEY and GATEWAY_KEY_FILE are both set: set one of them'] });
});

describe('the key', () => {
  test('comes from the environment, from a file that it names, or from the file of the option', async () => {
    const { url, seen } = await startServer(200, { data: { __typename: 'Query' } });
    const dir = await tempDir();
    await writeFile(join(dir, 'one'), 'key-one\n');
    await writeFile(join(dir, 'two'), 'key-two\n');
    const sources: readonly [RemoteOptions, Record<string, string>][] = [
      [{}, {}],
      [{}, { GATEWAY_KEY: KEY }],
      [{}, { GATEWAY_KEY_FILE: join(dir, 'one') }],
      [{ keyFile: join(dir, 'two') }, { GATEWAY_KEY: KEY }],
    ];
    for (const [options, environment] of sources) {
      await (await opened({ url, ...options }, environment)).client.request('{ __typename }');
    }
    expect(seen.map(({ authorization }) => authorization)).toEqual([
      undefined,
      `Bearer ${KEY}`,
      'Bearer key-one',
      'Bearer key-two',
    ]);
  });

  test('is not read from a file that everybody can change, or that is missing or empty', async () => {
    const dir = await tempDir();
    const [open_, missing, empty] = ['open', 'missing', 'empty'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(open_, KEY);
    await chmod(open_, 0o666);
    await writeFile(empty, '\n');
    expect(await open({ keyFile: open_ })).toEqual({ problems: [`${open_} is writable by everybody`] });
    expect(await open({ keyFile: missing })).toEqual({ problems: [`${missing} does not exist`] });
    expect(await open({ keyFile: empty })).toEqual({ problems: [`${empty} is empty`] });
  });

  test('is sent over http to this machine only, unless the user allows it', async () => {
    const url = 'http://a.example.org';
    expect(await open({ url }, { GATEWAY_KEY: KEY })).toEqual({
      problems: [expect.stringMatching(/^--url is not https, .*--allow-http$/)],
    });
    expect(await open({ url })).not.toHaveProperty('problems');
    expect(await open({ url, allowHttp: true }, { GATEWAY_KEY: KEY })).not.toHaveProperty('problems');
    expect(await open({ url: 'http://localhost:1' }, { GATEWAY_KEY: KEY })).not.toHaveProperty('problems');
  });

  test('all problems come at once, and none contains the key', async () => {
    const result = await open({ url: 'gateway' }, { GATEWAY_KEY: 'two words' });
    expect(result).toEqual({
      problems: [
        '--url is not an http or https URL',
        'GATEWAY_KEY contains characters that a secret cannot have',
      ],
    });
  });

  test('is not sent on to where a gateway redirects', async () => {
    const elsewhere = await startServer(200, { data: { __typename: 'Query' } });
    const { url } = await startServer(308, {}, { location: `${elsewhere.url}/graphql` });
    expect(await problemAt(url, { GATEWAY_KEY: KEY })).toMatch(
      /is no gateway \(HTTP 308\).*redirects are not followed/,
    );
    expect(elsewhere.seen).toEqual([]);
  });
});

describe('a failure is one line that says what to do', () => {
  const error = (code: string, message = 'Why.') => ({ errors: [{ message, extensions: { code } }] });

  test('if nothing listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await problemAt(`http://127.0.0.1:${port}`)).toBe(
      `no gateway answers at http://127.0.0.1:${port}/graphql (ECONNREFUSED): start it, or name another by --url or GATEWAY_URL`,
    );
  });

  test.each([
    [404, { title: 'Not found' }, {}, /is no gateway \(HTTP 404\)/],
    [401, error('UNAUTHENTICATED'), {}, /requires a key: set GATEWAY_KEY, or name a file by --key-file$/],
    [401, error('UNAUTHENTICATED'), { GATEWAY_KEY: KEY }, /refuses the key/],
    [
      200,
      error('FORBIDDEN', 'It requires a scope.'),
      { GATEWAY_KEY: KEY },
      /^the key may not do this: It requires/,
    ],
    [503, error('OVERLOADED', '\u001b[2JToo many.'), {}, /^the gateway at \S+ answers: Too many\.$/],
  ])('%i %j with %j', async (status, body, environment, line) => {
    const { url } = await startServer(status, body);
    const problem = await problemAt(url, environment);
    expect(problem).toMatch(line);
    expect(problem).not.toMatch(/\n/);
    expect(problem).not.toContain(KEY);
  });
});
