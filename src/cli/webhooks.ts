import { pino } from 'pino';
import type { Config } from '../config/index.ts';
import { GatewayError } from '../errors.ts';
import { NEEDED_SCOPES } from '../rest/cache/events.ts';
import { createHttpClient } from '../rest/client/http.ts';
import {
  createHooks,
  type HookChange,
  type HooksRest,
  hasHeaders,
  hookProblems,
  registerHooks,
} from '../rest/hooks.ts';
import type { WebhookArrivals } from '../server/webhooks/endpoint.ts';
import { SECRET_HEADER } from '../server/webhooks/verify.ts';
import { type CommandResult, failure } from './command-result.ts';
import { openFiles } from './files.ts';
import { printable } from './printable.ts';
import { adviceOn, networkCode } from './unreachable.ts';

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
  } catch (error) {
    const isUnreached =
      error instanceof GatewayError &&
      error.code === 'UPSTREAM_UNAVAILABLE' &&
      error.details.status === undefined;
    if (!isUnreached) throw error;
    return failure(`${error.message} What to do: ${adviceOn(networkCode(error.cause))}.`);
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
      return changed(await registerHooks(hooks, NEEDED_SCOPES, { destination: url, headers }));
    case 'list': {
      const data = (await hooks.list()).map(({ headers: _, ...hook }) => hook);
      const output = data.map(
        ({ id, scope, destination, isActive }) =>
          `${id} ${isActive ? 'on ' : 'off'} ${printable(`${scope} ${destination}`)}`,
      );
      return { output, messages: [], failed: false, data };
    }
    case 'remove': {
      const own = (await hooks.list()).filter(({ destination }) => destination === url);
      for (const { id } of own) await hooks.remove(id);
      return changed(own.map(({ scope }) => ({ scope, outcome: 'removed' })));
    }
    default: {
      const registered = hookProblems(await hooks.list(), NEEDED_SCOPES, url, (hook) =>
        secrets.some((secret) => hasHeaders(hook, { [SECRET_HEADER]: secret })),
      );
      return checked(registered, await readArrivals(url, headers));
    }
  }
}

function changed(data: readonly HookChange[]): CommandResult {
  const output = data.map(({ scope, outcome }) => `${scope}: ${outcome}`);
  return { output, messages: [], failed: false, data };
}

function checked(registered: readonly string[], gateway: GatewayAnswer): CommandResult {
  const silent = gateway.arrivals?.isSilent ? [SILENT] : [];
  const problems = [...registered, ...silent];
  return {
    output: [
      ...(registered.length === 0 ? ['all webhooks are registered and on'] : []),
      ...(gateway.arrivals === null ? [gateway.problem] : describe(gateway.arrivals)),
    ],
    messages: problems,
    failed: problems.length > 0,
    data: { problems, gateway },
  };
}

const SILENT =
  'customers changed since the last event, but no event arrived: the platform must reach WEBHOOK_URL';

function describe({ lastEventAt, events, signatures }: WebhookArrivals): readonly string[] {
  const counts = Object.entries(signatures).map(([state, count]) => `${count} ${state}`);
  return [
    `last event, at any replica: ${lastEventAt ?? 'none'}`,
    `events with the secret header, at the replica that answered: ${events}`,
    `their signatures: ${counts.join(', ')}`,
  ];
}

/** What the gateway answers under the destination of the webhooks. */
type GatewayAnswer =
  | { readonly arrivals: WebhookArrivals; readonly problem: null }
  | { readonly arrivals: null; readonly problem: string };

async function readArrivals(url: string, headers: Readonly<Record<string, string>>): Promise<GatewayAnswer> {
  try {
    const response = await fetch(url, { headers, redirect: 'manual' });
    if (response.ok) return { arrivals: (await response.json()) as WebhookArrivals, problem: null };
    return { arrivals: null, problem: `the gateway at WEBHOOK_URL answers with ${response.status}` };
  } catch (error) {
    const code = networkCode((error as { readonly cause?: unknown }).cause);
    return { arrivals: null, problem: `the gateway cannot be reached at WEBHOOK_URL (${code})` };
  }
}
