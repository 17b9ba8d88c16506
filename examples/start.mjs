// Starts the gateway of this repository on its sandbox store, and beside it the program of an example: `node ../start.mjs vite`.
// `--key SCOPES` before the program makes a key, which the program gets as GATEWAY_KEY; the gateway then requires one.
// GATEWAY_URL, with GATEWAY_KEY, names a gateway that runs already.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { PORT_OF_GATEWAY = '4000', GATEWAY_URL = `http://127.0.0.1:${PORT_OF_GATEWAY}` } = process.env;
const given = process.argv.slice(2);
const scopes = given[0] === '--key' ? given.splice(0, 2)[1] : null;
const [program, ...args] = given;
let key = process.env.GATEWAY_KEY ?? '';

if (program === undefined) throw new Error('Name the program that is to run: node ../start.mjs vite');
const gateway = process.env.GATEWAY_URL === undefined ? await startGateway() : null;
const shown = spawn(program, args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, GATEWAY_URL, GATEWAY_KEY: key },
});
shown.on('error', (error) => stop(1, error.message));
shown.on('exit', (code) => stop(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => shown.kill(signal));

async function startGateway() {
  if (!existsSync(`${root}node_modules`)) {
    console.log('Installing the gateway');
    const { status } = spawnSync('npm', ['ci'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0) process.exit(1);
  }
  // The Node that the gateway's `npm ci` installed: the machine's own may be too old for it.
  const node = `${root}node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`;
  if (await isReady())
    throw new Error(`Port ${PORT_OF_GATEWAY} is in use: set PORT_OF_GATEWAY to another one.`);
  const access = scopes === null ? {} : createKey(node, scopes);
  const child = spawn(node, ['src/main.ts', 'start'], {
    cwd: root,
    env: { ...process.env, ...access, PORT: PORT_OF_GATEWAY },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  while (!(await isReady())) {
    const has = await Promise.race([
      ended.then(() => 'ended'),
      new Promise((resolve) => setTimeout(resolve, 100)),
    ]);
    if (has === 'ended') throw new Error('The gateway did not start.');
  }
  return child;
}

/** Returns the settings of a gateway that takes this key, and lets only its holder sign shoppers in. */
function createKey(node, scopes) {
  const file = join(mkdtempSync(join(tmpdir(), 'example-')), 'keys.json');
  const create = ['src/main.ts', 'keys', 'create', '--name', 'example', '--scopes', scopes, '--file', file];
  key = execFileSync(node, create, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  process.on('exit', () => rmSync(dirname(file), { recursive: true, force: true }));
  return { GATEWAY_KEYS_FILE: file, SHOPPER_SIGN_IN: 'keys' };
}

async function isReady() {
  return fetch(`${GATEWAY_URL}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function stop(code, problem = null) {
  if (problem !== null) console.error(problem);
  gateway?.kill('SIGTERM');
  process.exitCode = code;
}
