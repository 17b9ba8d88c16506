import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assembleImage, type Image } from '../../scripts/image/assemble.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { jsonPost } from '../support/post.ts';
import { firstProcessOf, inContainer } from './run-image.ts';

/** The installation of the dependencies takes long on a busy machine. */
const PATIENCE_MS = 300_000;
const MAX_COMPRESSED_BYTES = 100_000_000;
const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
if (!isRoot)
  console.warn('SKIPPED: the content of the image is not run. That takes root, for a namespace of its own.');

vi.setConfig({ testTimeout: PATIENCE_MS });

let folder: string;
let image: Image;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-'));
  vi.stubEnv('npm_config_prefer_offline', 'true');
  image = await assembleImage('Containerfile', folder);
}, PATIENCE_MS);

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('the image is smaller than 100 MB when compressed', async () => {
  const archive = join(folder, 'image.tar.gz');
  await run('tar', ['-czf', archive, '-C', image.root, '.']);
  expect((await stat(archive)).size).toBeLessThan(MAX_COMPRESSED_BYTES);
});

test('the image holds the program and its dependencies: no shell, no npm, no development dependency', async () => {
  const packages = await readdir(join(image.root, 'app/node_modules'));
  expect(packages).toContain('graphql');
  expect(packages).not.toContain('typescript');
  expect((await readdir(join(image.root, 'app'))).toSorted()).toEqual(
    expect.arrayContaining(['LICENSE', 'dist', 'node_modules', 'package.json', 'schema.graphql']),
  );
  expect(await readdir(join(image.root, 'usr/local/bin'))).toEqual(['node']);
  for (const path of ['bin/sh', 'usr/bin/sh', 'bin/bash'])
    await expect(access(join(image.root, path))).rejects.toThrow('ENOENT');
});

test('the settings of the image are those of an unprivileged process', () => {
  const [user, group] = image.user.split(':').map(Number);
  expect([user, group]).toEqual([65532, 65532]);
  expect(image).toMatchObject({
    workdir: '/app',
    stopSignal: 'SIGTERM',
    environment: { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '4000' },
  });
});

test.skipIf(!isRoot)(
  'runs as another user on a read-only root, is healthy, and stops on SIGTERM',
  async () => {
    const variables = { ...image.environment, SANDBOX: 'on', PORT: '0' };
    const gateway = await startGatewayProcess(variables, { command: inContainer(image, image.entrypoint) });
    const pid = firstProcessOf(gateway.child);
    const query = '{ customers(first: 1) { nodes { entityId } } }';
    const response = await fetch(`${gateway.url}/graphql`, jsonPost({ query }));
    expect(await response.json()).toMatchObject({ data: { customers: { nodes: [{ entityId: 1 }] } } });

    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
    expect(status).toMatch(/^Gid:\t65532\t65532\t65532\t65532$/m);
    expect(status).toMatch(/^Groups:\t ?$/m);
    expect(status).toMatch(/^NSpid:\t\d+\t1$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(await readFile(`/proc/${pid}/mountinfo`, 'utf8')).toMatch(/ \/ ro[, ]/);

    const health = { env: { PATH: process.env.PATH, PORT: new URL(gateway.url).port } };
    const [file, ...args] = inContainer(image, image.healthCheck);
    await run(file, args, health);

    process.kill(pid, 'SIGTERM');
    const [code] = await once(gateway.child, 'close');
    expect(code).toBe(0);
    expect(gateway.output()).toContain('"msg":"stopped"');
    expect(gateway.errors()).toBe('');
    await expect(run(file, args, health)).rejects.toMatchObject({ code: 1 });
  },
);

test.skipIf(!isRoot)('says why a command cannot write into the image', async () => {
  const command = [...image.entrypoint, 'keys', 'create', '--name', 'shop', '--scopes', 'customers:read'];
  const [file, ...args] = inContainer(image, command);
  const failure = run(file, args, { env: { PATH: process.env.PATH } });
  await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('keys.json') });
});
