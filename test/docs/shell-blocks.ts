import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import type { Fence } from './pages.ts';
import { commandsOf, type ShellCommand } from './shell.ts';
import { startStandIns } from './stand-ins.ts';

const run = promisify(execFile);
/** Where the pages say that the gateway listens. */
const ADDRESS = 'http://127.0.0.1:4000';
/** Stands for the API key that a command before it has printed. */
const SHOWN_KEY = 'gfbc_...';
const CREATE_KEY = ['create', '--name', 'reader', '--scopes', 'customers:read'];
/** The request of a block that only starts the gateway. It shows that the gateway reads from its store. */
const READ =
  'curl http://127.0.0.1:4000/graphql -H \'content-type: application/json\' -d \'{"query": "{ customers(first: 1) { nodes { entityId } } }"}\'';

/** Whether a test runs the block: it sends requests to the gateway, starts it with variables, or manages keys. */
export function isExecutable({ language, marks, code }: Fence): boolean {
  if (language !== 'sh' || marks.has('not-run')) return false;
  return commandsOf(code).some(
    (command) => isRequest(command) || isStart(command) || keysArguments(command) !== null,
  );
}

function isRequest({ words }: ShellCommand): boolean {
  return words[0] === 'curl' && words.some((word) => word.startsWith(ADDRESS));
}

/** Whether a command starts the gateway with variables, or is only the variables to start it with. */
function isStart({ variables, words }: ShellCommand): boolean {
  return Object.keys(variables).length > 0 && (words.length === 0 || words.join(' ') === 'npm start');
}

/** The arguments of a command about keys; null for all other commands. */
function keysArguments({ words }: ShellCommand): readonly string[] | null {
  const [npm, script, name, separator, ...args] = words;
  return npm === 'npm' && script === 'run' && name === 'keys' && separator === '--' ? args : null;
}

/**
 * Runs a block: its requests with `curl` to a gateway on a sandbox store, its commands about keys on a key file of its own.
 * The gateway has the variables that the block starts it with; if there is no request, it gets one. It has the key file if the
 * block makes a key. Other commands are only compared with those that exist.
 */
export async function runShellBlock({ place, code }: Fence): Promise<void> {
  const commands = commandsOf(code);
  const file = join(await tempDir(), 'keys.json');
  let key: string | null = null;
  for (const command of commands) {
    const args = keysArguments(command);
    if (args !== null) key = (await runKeys(args, file)) ?? key;
  }
  const written = Object.assign({}, ...commands.filter(isStart).map(({ variables }) => variables));
  const requests = commands.filter(isRequest);
  const isOnlyStarted = requests.length === 0 && Object.keys(written).length > 0;
  if (requests.length === 0 && !isOnlyStarted) return;

  // A page that starts the gateway with a key file has made the key before.
  if (key === null && Object.hasOwn(written, 'GATEWAY_KEYS_FILE')) key = await runKeys(CREATE_KEY, file);
  if (isOnlyStarted)
    requests.push(...commandsOf(key === null ? READ : `${READ} -H 'authorization: Bearer ${SHOWN_KEY}'`));
  const standIns = await startStandIns(written, place);
  try {
    const keysFile = key === null ? {} : { GATEWAY_KEYS_FILE: file };
    const gateway = await startGatewayProcess({ ...standIns.variables, ...keysFile });
    try {
      for (const command of requests) await runRequest(command, { place, url: gateway.url, key });
    } finally {
      await gateway.stop();
    }
    await standIns.check();
  } finally {
    await standIns.close();
  }
}

/** Returns the key that it prints. */
async function runKeys(args: readonly string[], file: string): Promise<string | null> {
  const env = { PATH: process.env.PATH, GATEWAY_KEYS_FILE: file };
  const { stdout } = await run(process.execPath, ['src/main.ts', 'keys', ...args], { env });
  return /gfbc_[\w-]+/.exec(stdout)?.[0] ?? null;
}

interface Request {
  readonly place: string;
  readonly url: string;
  readonly key: string | null;
}

async function runRequest({ words }: ShellCommand, { place, url, key }: Request): Promise<void> {
  const args = words.slice(1).map((word) => word.replace(ADDRESS, url).replace(SHOWN_KEY, key ?? SHOWN_KEY));
  const { stdout } = await run('curl', ['--silent', '--show-error', '--fail-with-body', ...args]);
  if (!args.some((arg) => arg.endsWith('/graphql'))) return;
  const { data, errors } = JSON.parse(stdout);
  expect(errors, place).toBeUndefined();
  expect(Object.keys(data ?? {}), place).not.toEqual([]);
}
