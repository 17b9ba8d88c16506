import type { Command } from 'commander';
import { parseConfig } from '../../config/index.ts';
import { configFailure, type PrintResult } from '../command-result.ts';
import { type JsonOptions, jsonOption } from '../json-option.ts';
import type { WebhooksAction } from '../webhooks.ts';

const ACTIONS: Readonly<Record<WebhooksAction, string>> = {
  register: 'registers the webhooks that the cache needs, and repairs them',
  list: 'lists the webhooks of the API account',
  check: 'checks them, and asks the gateway what has arrived',
  remove: 'removes those of WEBHOOK_URL',
};

const JSON_CONTENTS: Readonly<Record<WebhooksAction, string>> = {
  register: 'a list of the scopes, and what was done',
  list: 'a list',
  check: 'the problems, and the answer of the gateway',
  remove: 'a list of the scopes, and what was done',
};

export function addWebhooks(program: Command, print: PrintResult): void {
  const webhooks = program
    .command('webhooks')
    .description("manages the store's webhooks: needs the store's variables, WEBHOOK_URL and WEBHOOK_SECRET");
  for (const [action, description] of Object.entries(ACTIONS) as [WebhooksAction, string][]) {
    const command = webhooks.command(action).description(description);
    command.addOption(jsonOption(JSON_CONTENTS[action]));
    command.action(async (options: JsonOptions) => {
      const parsed = parseConfig();
      if ('problems' in parsed) return print(configFailure(parsed.problems));
      const { runWebhooks } = await import('../webhooks.ts');
      print(await runWebhooks(action, parsed.config), options);
    });
  }
}
