import type { Command } from 'commander';
import { readGuardedFile } from '../access/files/guarded-file.ts';
import { parseSecret, type SecretSource } from '../access/files/secrets.ts';
import { type Client, type ClientOptions, createClient, type GatewayFailure } from '../client/index.ts';
import { type RemoteConfig, remoteConfigOf } from '../config/remote.ts';
import { isTrustworthy } from '../config/urls.ts';
import type { RawEnvironment } from '../config/variables.ts';
import { printable } from './printable.ts';

/** The options of a command that calls a running gateway. A key is never one: arguments show in the list of processes. */
export interface RemoteOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly allowHttp?: true;
}

/** A gateway that runs, as a command calls it. */
export interface RemoteGateway {
  readonly client: Client;
  /** The address of GraphQL, to be shown. */
  readonly url: string;
  /** Why a request failed, in one line that says what to do. */
  readonly explain: (failure: GatewayFailure) => string;
}

/** Adds the options that say which gateway a command calls. */
export function addRemoteOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the gateway (default: GATEWAY_URL, or http://127.0.0.1:4000)')
    .option('--key-file <file>', 'file of an API key (default: GATEWAY_KEY, or GATEWAY_KEY_FILE)')
    .option('--allow-http', 'sends the key over http to another machine, where others can read it');
}

/**
 * The gateway that the options and the environment name. It is not called.
 *
 * @param clientOptions other options of the client, such as `timeoutMs`
 * @returns all problems, one line each, if the gateway or the key cannot be used
 */
export async function openRemoteGateway(
  options: RemoteOptions,
  environment: RawEnvironment = process.env,
  clientOptions: Omit<ClientOptions, 'url' | 'credential'> = {},
): Promise<{ readonly gateway: RemoteGateway } | { readonly problems: readonly string[] }> {
  const parsed = remoteConfigOf(environment);
  if ('problems' in parsed) return parsed;
  const key = await readKey(options.keyFile === undefined ? parsed.config.key : { file: options.keyFile });
  const address = parseAddress(options, parsed.config, 'value' in key && key.value !== null);
  const problems = [address, key].flatMap((part) => ('problems' in part ? part.problems : []));
  if ('problems' in address || 'problems' in key) return { problems };
  const { url } = address;
  return {
    gateway: {
      url,
      client: createClient({ fetch: fetchHere, ...clientOptions, url, credential: key.value }),
      explain: (failure) => explain(failure, { url, hasKey: key.value !== null }),
    },
  };
}

/** A redirect is not followed: the key and personal data would go to an address that the user did not name. */
const fetchHere: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'manual' });

function parseAddress(
  { url: given, allowHttp }: RemoteOptions,
  config: RemoteConfig,
  hasKey: boolean,
): { readonly url: string } | { readonly problems: readonly string[] } {
  const name = given === undefined ? 'GATEWAY_URL' : '--url';
  const url = URL.parse(given ?? config.url);
  if (url === null || !/^https?:$/.test(url.protocol))
    return { problems: [`${name} is not an http or https URL`] };
  // It would show in the list of processes, and in messages.
  if (url.username !== '' || url.password !== '')
    return {
      problems: [`${name} contains a user name or a password: a key comes from GATEWAY_KEY or --key-file`],
    };
  if (hasKey && allowHttp === undefined && !isTrustworthy(url))
    return {
      problems: [`${name} is not https, so others could read the key: use https, or add --allow-http`],
    };
  const path = url.pathname.replace(/\/$/, '');
  return { url: `${url.origin}${path.endsWith('/graphql') ? path : `${path}/graphql`}` };
}

async function readKey(
  source: SecretSource | null,
): Promise<{ readonly value: string | null } | { readonly problems: readonly string[] }> {
  if (source === null) return { value: null };
  if ('text' in source) return parseSecret('GATEWAY_KEY', source.text);
  const content = await readGuardedFile(source.file);
  return 'problem' in content ? { problems: [content.problem] } : parseSecret(source.file, content.text);
}

function explain(
  { code, message, status, cause }: GatewayFailure,
  { url, hasKey }: { readonly url: string; readonly hasKey: boolean },
): string {
  switch (code) {
    case 'NETWORK':
      return `no gateway answers at ${url}${reasonOf(cause)}: start it, or name another by --url or GATEWAY_URL`;
    case 'TIMEOUT':
      return `the gateway at ${url} does not answer in time`;
    case 'BAD_RESPONSE':
      return `what answers at ${url} is no gateway (HTTP ${status}): check the address; redirects are not followed`;
    case 'UNAUTHENTICATED':
      return hasKey
        ? `the gateway at ${url} refuses the key: it may be revoked, or of another gateway`
        : `the gateway at ${url} requires a key: set GATEWAY_KEY, or name a file by --key-file`;
    case 'FORBIDDEN':
      return `the key may not do this: ${printable(message)}`;
    default:
      return `the gateway at ${url} answers: ${printable(message)}`;
  }
}

/** The code of the error of the connection, such as ECONNREFUSED, in brackets. */
function reasonOf(error: unknown): string {
  const { cause } = (error ?? {}) as { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === 'string' ? ` (${cause.code})` : '';
}
