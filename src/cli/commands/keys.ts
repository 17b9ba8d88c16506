import { type Command, Option } from 'commander';
import { SCOPES } from '../../access/caller.ts';
import { LANES } from '../../access/keys/api-keys.ts';
import { keyFileOf } from '../../config/index.ts';
import type { PrintResult } from '../command-result.ts';
import { createKey, listKeys, revokeKey } from '../keys.ts';
import { printNewTokenKeys, printShopperToken } from '../shopper-token.ts';

interface FileOptions {
  readonly file?: string;
}

export function addKeys(program: Command, print: PrintResult): void {
  const keys = program
    .command('keys')
    .description("manages API keys, and prints a shopper's token or the keys that sign such tokens");
  keys
    .command('create')
    .description('creates an API key and prints it')
    .requiredOption('--name <name>', 'name of the key')
    .requiredOption('--scopes <scopes>', `scopes, separated by commas: ${SCOPES.join(', ')}`)
    .option('--lane <lane>', `lane of its calls: ${LANES.join(', ')} (default: standard)`)
    .option('--calls-per-minute <number>', 'most calls in a minute (default: unlimited)')
    .addOption(fileOption())
    .action(async ({ file = keyFileOf(), ...options }) => print(await createKey(file, options)));
  keys
    .command('list')
    .description('lists the API keys: name, scopes, lane, calls per minute, time of creation')
    .addOption(fileOption())
    .option('--json', 'prints JSON')
    .action(async ({ file = keyFileOf(), ...options }: FileOptions & { json?: true }) =>
      print(await listKeys(file), options),
    );
  keys
    .command('revoke')
    .argument('<name>', 'name of the key')
    .description('revokes an API key; a running gateway rejects it within a second')
    .addOption(fileOption())
    .action(async (name: string, { file = keyFileOf() }: FileOptions) => print(await revokeKey(file, name)));
  keys
    .command('shopper-key')
    .description('prints a new value of SHOPPER_TOKEN_KEYS')
    .action(async () => print(await printNewTokenKeys()));
  keys
    .command('shopper')
    .description('prints a token of a customer, for trying')
    .requiredOption('--customer <id>', 'id of the customer')
    .option('--channel <id>', 'id of the channel', '1')
    .action(async ({ customer, channel }: { customer: string; channel: string }) =>
      print(await printShopperToken(customer, channel)),
    );
}

function fileOption(): Option {
  return new Option('--file <file>', 'the key file (default: GATEWAY_KEYS_FILE, or keys.json)');
}
