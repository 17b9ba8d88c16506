import type { SecretSource } from './types.ts';
import { environmentSchema, type RawEnvironment, withoutEmpty } from './variables.ts';

/** What commands know of a gateway that runs. */
export interface RemoteConfig {
  /** The base address, or that of GraphQL. @default that of a gateway with the same environment */
  readonly url: string;
  /** Null if no key is sent. */
  readonly key: SecretSource | null;
}

const remoteSchema = environmentSchema.pick({
  HOST: true,
  PORT: true,
  GATEWAY_URL: true,
  GATEWAY_KEY: true,
  GATEWAY_KEY_FILE: true,
});

/** The variables of the commands that call a running gateway. Returns all problems if there are any. The others need not be valid. */
export function remoteConfigOf(
  environment: RawEnvironment = process.env,
): { readonly config: RemoteConfig } | { readonly problems: readonly string[] } {
  const parsed = remoteSchema.safeParse(withoutEmpty(environment));
  if (!parsed.success)
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`) };
  const { GATEWAY_URL, GATEWAY_KEY: text, GATEWAY_KEY_FILE: file } = parsed.data;
  if (text !== undefined && file !== undefined)
    return { problems: ['GATEWAY_KEY and GATEWAY_KEY_FILE are both set: set one of them'] };
  return {
    config: {
      url: GATEWAY_URL ?? localUrl(parsed.data),
      key: file !== undefined ? { file } : text !== undefined ? { text } : null,
    },
  };
}

function localUrl({ HOST: host, PORT: port }: { readonly HOST: string; readonly PORT: number }): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
