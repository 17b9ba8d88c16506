#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fail, startupErrorMessage } from './cli/fail.ts';
import { runGateway } from './cli/gateway.ts';
import { HELP } from './cli/help.ts';
import { runKeys } from './cli/keys.ts';
import { runSandbox } from './cli/sandbox.ts';
import { runWebhooks } from './cli/webhooks.ts';
import { keyFileOf, parseConfig } from './config/index.ts';

async function main(args: readonly string[]): Promise<void> {
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

main(process.argv.slice(2)).catch((error: unknown) => {
  fail([startupErrorMessage(error)]);
  // A running sandbox store would keep the process alive.
  process.exit();
});
