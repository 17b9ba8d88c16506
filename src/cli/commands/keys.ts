import { type Command, Option } from 'commander';
import { SCOPES } from '../../access/caller.ts';
import { LANES } from '../../access/keys/api-keys.ts';
import { keyFileOf } from '../../config/index.ts';
import { choiceOption, choicesOption } from '../choices.ts';
import type { PrintResult } from '../command-result.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';
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
    .addOption(choicesOption('--scopes <scopes>', 'scopes', SCOPES).makeOptionMandatory())
    .addOption(choiceOption('--lane <lane>', 'lane of its calls (default: standard)', LANES))
    .option('--calls-per-minute <number>', 'most calls in a minute (default: unlimited)')
    .addOption(fileOption())
    .addOption(jsonOption('the key with its scopes, lane, calls per minute, time of creation and file'))
    .action(async ({ file = keyFileOf(), json, ...options }) =>
      print(await createKey(file, options), { json }),
    );
  keys
    .command('list')
    .description('lists the API keys: name, scopes, lane, calls per minute, time of creation')
    .addOption(fileOption())
    .addOption(jsonOption('a list'))
    .action(async ({ file = keyFileOf(), ...options }: FileOptions & JsonOptions) =>
      print(await listKeys(file), options),
    );
  keys
    .command('revoke')
    .argument('<name>', 'name of the key')
    .description('revokes an API key; a running gateway rejects it within a second')
    .addOption(fileOption())
    .addOption(jsonOption('the name and the file'))
    .action(async (name: string, { file = keyFileOf(), ...options }: FileOptions & JsonOptions) =>
      print(await revokeKey(file, name), options),
    );
  keys
    .command('shopper-key')
    .description('prints a new value of SHOPPER_TOKEN_KEYS')
    .addOption(jsonOption('the keys'))
    .action(async (options: JsonOptions) => print(await printNewTokenKeys(), options));
  keys
    .command('shopper')
    .description('prints a token of a customer, for trying')
    .requiredOption('--customer <id>', 'id of the customer')
    .option('--channel <id>', 'id of the channel', '1')
    .addOption(jsonOption('the token, and until when it is accepted'))
    .action(async ({ customer, channel, ...options }: JsonOptions & { customer: string; channel: string }) =>
      print(await printShopperToken(customer, channel), options),
    );
}

function fileOption(): Option {
  return new Option('--file <file>', 'the key file (default: GATEWAY_KEYS_FILE, or keys.json)');
}
