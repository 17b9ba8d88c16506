import { randomUUID } from 'node:crypto';
import { createMemoryStore } from '../access/shoppers/expiring-store.ts';
import { createRevocations } from '../access/shoppers/revocations.ts';
import { createSessionTokens } from '../access/shoppers/session-tokens.ts';
import { generateTokenKeys } from '../access/shoppers/token-keys.ts';
import { type Config, parseConfig } from '../config/index.ts';
import { type CommandResult, failure, usageFailure } from './command-result.ts';
import { openTokenKeys } from './files.ts';

/** The password of all generated customers of the sandbox. */
const SANDBOX_PASSWORD = 'sandbox1';
const TIMEOUT_MS = 10_000;

/** Prints new keys that sign tokens of shoppers. */
export async function printNewTokenKeys(): Promise<CommandResult> {
  const keys = await generateTokenKeys();
  return { output: [keys], messages: [], failed: false, data: { keys } };
}

/**
 * Prints a token of a customer, for trying: signed with the configured keys, or by the running sandbox gateway, whose keys only it
 * has.
 */
export async function printShopperToken(customer: string, channel: string): Promise<CommandResult> {
  const [customerEntityId, channelId] = [Number(customer), Number(channel)];
  if (![customerEntityId, channelId].every((id) => Number.isSafeInteger(id) && id > 0))
    return usageFailure('--customer and --channel are ids of the store: whole numbers from 1');
  const parsed = parseConfig();
  if ('problems' in parsed) return failure(...parsed.problems);
  const { config } = parsed;
  if (config.signIn === null) return failure('SHOPPER_SIGN_IN is off, or SHOPPER_TOKEN_KEYS is not set');
  if (config.signIn.keys === null) return askSandbox(config, customerEntityId, channelId);
  const keys = await openTokenKeys(config.signIn.keys);
  if ('problems' in keys) return failure(...keys.problems);
  const storeHash = config.store.kind === 'sandbox' ? 'sandbox' : config.store.hash;
  const now = Date.now;
  const revocations = createRevocations({ store: createMemoryStore(now), storeHash, now });
  const tokens = createSessionTokens({ storeHash, keys: () => keys.value, revocations, now });
  const startedAt = now();
  return printed(
    await tokens.sign({ id: randomUUID(), customerEntityId, channelId, startedAt, run: revocations.run }),
  );
}

function printed({ value, expiresAt }: { readonly value: string; readonly expiresAt: Date }): CommandResult {
  return {
    output: [value],
    messages: [
      `Send it as "Authorization: Bearer ...". It is accepted until ${expiresAt.toISOString()}.`,
      'No password was checked: give it to no shopper.',
    ],
    failed: false,
    data: { token: value, expiresAt },
  };
}

/** Signs a generated customer in at the gateway that runs with the same settings. */
async function askSandbox(
  { host, port }: Config,
  entityId: number,
  channelId: number,
): Promise<CommandResult> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`;
  try {
    const found = await execute(url, 'query ($by: CustomerBy!) { customer(by: $by) { email } }', {
      by: { entityId },
    });
    const email = found.data?.customer?.email;
    if (email === undefined) return failure(reasonOf(found, `the sandbox has no customer ${entityId}`));
    const input = { email, password: SANDBOX_PASSWORD, channelId };
    const answer = await execute(
      url,
      'mutation ($input: SignInShopperInput!) { signInShopper(input: $input) { accessToken { value expiresAt } } }',
      { input },
    );
    const token = answer.data?.signInShopper?.accessToken;
    if (token === undefined) return failure(reasonOf(answer, 'the gateway answered without a token'));
    return printed({ value: token.value, expiresAt: new Date(token.expiresAt) });
  } catch {
    return failure(
      `no gateway answers at ${url}: the keys of a sandbox exist only while it runs. Start it, or set SHOPPER_TOKEN_KEYS.`,
    );
  }
}

interface Answer {
  readonly data?: {
    readonly customer?: { readonly email: string } | null;
    readonly signInShopper?: {
      readonly accessToken: { readonly value: string; readonly expiresAt: string };
    } | null;
  } | null;
  readonly errors?: readonly { readonly message: string }[];
}

async function execute(url: string, query: string, variables: object): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return (await response.json()) as Answer;
}

function reasonOf({ errors = [] }: Answer, otherwise: string): string {
  return errors[0]?.message ?? otherwise;
}
