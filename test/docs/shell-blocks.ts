import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import type { Fence } from './pages.ts';
import { commandsOf, type ShellCommand } from './shell.ts';

const run = promisify(execFile);
/** Where the pages say that the gateway listens. */
const ADDRESS = 'http://127.0.0.1:4000';
/** Stands for the API key that a command before it has printed. */
const SHOWN_KEY = 'gfbc_...';

/** Whether a test runs the block: it sends requests to the gateway, or manages keys. */
export function isExecutable({ language, marks, code }: Fence): boolean {
  if (language !== 'sh' || marks.has('not-run')) return false;
  return commandsOf(code).some((command) => isRequest(command) || keysArguments(command) !== null);
}

function isRequest({ words }: ShellCommand): boolean {
  return words[0] === 'curl' && words.some((word) => word.startsWith(ADDRESS));
}

/** The arguments of a command about keys; null for all other commands. */
function keysArguments({ words }: ShellCommand): readonly string[] | null {
  const [npm, script, name, separator, ...args] = words;
  return npm === 'npm' && script === 'run' && name === 'keys' && separator === '--' ? args : null;
}

/**
 * Runs a block: its requests with `curl` to a gateway on a sandbox store, its commands about keys on a key file of its own.
 * The gateway has that file if the block makes a key. Other commands are only compared with those that exist.
 */
export async function runShellBlock({ place, code }: Fence): Promise<void> {
  const file = join(await tempDir(), 'keys.json');
  let key: string | null = null;
  let gateway: GatewayProcess | null = null;
  try {
    for (const command of commandsOf(code)) {
      const args = keysArguments(command);
      if (args !== null) key = (await runKeys(args, file)) ?? key;
      if (!isRequest(command)) continue;
      gateway ??= await startGatewayProcess(key === null ? {} : { GATEWAY_KEYS_FILE: file });
      await runRequest(command, { place, url: gateway.url, key });
    }
  } finally {
    await gateway?.stop();
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
