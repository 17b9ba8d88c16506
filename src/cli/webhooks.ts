import { pino } from 'pino';
import type { Config } from '../config/index.ts';
import { NEEDED_SCOPES } from '../rest/cache/events.ts';
import { createHttpClient } from '../rest/client/http.ts';
import { createHooks, type HooksRest, hasHeaders, hookProblems, registerHooks } from '../rest/hooks.ts';
import type { WebhookArrivals } from '../server/webhooks/endpoint.ts';
import { SECRET_HEADER } from '../server/webhooks/verify.ts';
import { type CommandResult, failure } from './command-result.ts';
import { openFiles } from './files.ts';
import { printable } from './printable.ts';

export type WebhooksAction = 'register' | 'list' | 'check' | 'remove';

/** Registers, lists, checks or removes the webhooks of the configured store. @throws GatewayError if the store rejects a call */
export async function runWebhooks(action: WebhooksAction, config: Config): Promise<CommandResult> {
  const { store, webhooks, upstream } = config;
  if (store.kind === 'sandbox') return failure('no store is configured: set BIGCOMMERCE_STORE_HASH');
  if (webhooks === null) return failure('WEBHOOK_URL and WEBHOOK_SECRET are not set');
  const files = await openFiles(config, pino({ level: 'silent' }), false);
  if ('problems' in files) return failure(...files.problems);
  const { accessToken, webhookSecrets } = files;
  const http = createHttpClient({
    ...upstream,
    baseUrl: store.apiUrl,
    accessToken: accessToken ?? (() => ''),
    onCall: () => {},
  });
  try {
    return await webhooksCommand(action, {
      hooks: createHooks(http),
      url: webhooks.url,
      secrets: webhookSecrets?.() ?? [],
    });
  } finally {
    await http.close();
  }
}

export interface WebhooksCommandOptions {
  readonly hooks: HooksRest;
  /** The destination. */
  readonly url: string;
  /** The first one is registered. */
  readonly secrets: readonly string[];
}

/** Registers, lists, checks or removes webhooks. @throws GatewayError if the store rejects a call */
export async function webhooksCommand(
  action: WebhooksAction,
  { hooks, url, secrets }: WebhooksCommandOptions,
): Promise<CommandResult> {
  const headers = { [SECRET_HEADER]: secrets[0] ?? '' };
  switch (action) {
    case 'register':
      return done(await registerHooks(hooks, NEEDED_SCOPES, { destination: url, headers }));
    case 'list': {
      const listed = await hooks.list();
      const lines = listed.map(
        ({ id, scope, destination, isActive }) =>
          `${id} ${isActive ? 'on ' : 'off'} ${printable(`${scope} ${destination}`)}`,
      );
      const data = listed.map(({ id, scope, destination, isActive }) => ({
        id,
        scope,
        destination,
        isActive,
      }));
      return { ...done(lines), data };
    }
    case 'remove': {
      const own = (await hooks.list()).filter(({ destination }) => destination === url);
      for (const { id } of own) await hooks.remove(id);
      return done(own.map(({ scope }) => `${scope}: removed`));
    }
    default: {
      const problems = hookProblems(await hooks.list(), NEEDED_SCOPES, url, (hook) =>
        secrets.some((secret) => hasHeaders(hook, { [SECRET_HEADER]: secret })),
      );
      const arrivals = await readArrivals(url, headers);
      const output = problems.length === 0 ? ['all webhooks are registered and on'] : [];
      return { output: [...output, ...arrivals], messages: problems, failed: problems.length > 0 };
    }
  }
}

function done(output: readonly string[]): CommandResult {
  return { output, messages: [], failed: false };
}

/** What has arrived at the gateway since it started, which answers that under the destination of the webhooks. */
async function readArrivals(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  try {
    const response = await fetch(url, { headers, redirect: 'manual' });
    if (!response.ok) return [`the gateway at WEBHOOK_URL answers with ${response.status}`];
    const { events, signatures } = (await response.json()) as WebhookArrivals;
    const counts = Object.entries(signatures).map(([state, count]) => `${count} ${state}`);
    return [`events with the secret header: ${events}`, `their signatures: ${counts.join(', ')}`];
  } catch {
    return ['the gateway cannot be reached at WEBHOOK_URL'];
  }
}
