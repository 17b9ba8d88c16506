import { existsSync } from 'node:fs';
import { keyFileOf, parseConfig } from '../config/index.ts';
import { fail, startupErrorMessage } from './fail.ts';
import { runGateway } from './gateway.ts';
import { HELP } from './help.ts';
import { runKeys } from './keys.ts';
import { runSandbox } from './sandbox.ts';
import { runWebhooks } from './webhooks.ts';

/** Runs the command that the arguments name. A failure is one line on standard error and the exit code 1. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await choose(args);
  } catch (error) {
    fail([startupErrorMessage(error)]);
    // A running sandbox store would keep the process alive.
    process.exit();
  }
}

async function choose(args: readonly string[]): Promise<void> {
  const [command, ...others] = args;
  if (command === '--help' || command === '-h') return console.log(HELP);
  // Variables that are set already override the file.
  if (existsSync('.env')) process.loadEnvFile('.env');
  if (command === 'keys') return runKeys(others, keyFileOf());
  const isWebhooks = command === 'webhooks';
  if (!isWebhooks && (others.length > 0 || (command !== undefined && command !== 'sandbox')))
    return fail([`unknown arguments: ${args.join(' ')}`, '', HELP]);
  const parsed = parseConfig();
  if ('problems' in parsed)
    return fail([...parsed.problems, '', 'npm start -- --help explains the variables']);
  if (isWebhooks) return runWebhooks(others, parsed.config);
  if (command === 'sandbox') return runSandbox(parsed.config);
  return runGateway(parsed.config);
}
