import type { Config, StoreConfig } from '../config/index.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import type { CommandResult } from './command-result.ts';
import { fail } from './fail.ts';
import { openingPort } from './opening-port.ts';
import { onStop } from './signals.ts';

/** Runs the sandbox store alone. @param print prints the address once the store listens */
export async function runSandbox(config: Config, print: (listening: CommandResult) => void): Promise<void> {
  const { store, host } = config;
  if (store.kind !== 'sandbox') {
    return fail(['BIGCOMMERCE_STORE_HASH is set, which means a real store: unset it to run the sandbox']);
  }
  const sandbox = await openSandbox(store, host);
  onStop(config, sandbox.close);
  print({
    output: [
      `The sandbox store listens at ${sandbox.url}`,
      `and accepts the header X-Auth-Token: ${store.token}`,
    ],
    messages: [],
    failed: false,
    data: { url: sandbox.url, token: store.token },
  });
}

/** Starts a sandbox store as configured. @param host HOST. @default the loopback address */
export function openSandbox(
  store: Extract<StoreConfig, { kind: 'sandbox' }>,
  host?: string,
): Promise<Sandbox> {
  const { kind: _, file, webhookUrl, ...options } = store;
  const settings = { host: host === undefined ? null : 'HOST', port: 'SANDBOX_PORT' };
  return openingPort(settings, () =>
    startSandbox({
      ...options,
      host: host ?? '127.0.0.1',
      ...(file !== null && { file }),
      ...(webhookUrl !== null && { webhooks: { hooks: [{ scope: 'store/*', destination: webhookUrl }] } }),
      onProgress: printProgress,
    }),
  );
}

/** Stores with fewer customers are generated too fast for progress messages. */
const MIN_CUSTOMERS_FOR_PROGRESS = 50_000;

function printProgress(done: number, customers: number): void {
  if (customers < MIN_CUSTOMERS_FOR_PROGRESS) return;
  const state =
    done < customers ? `${done} of ${customers} customers` : `${customers} customers; building indices`;
  console.error(`sandbox: ${state}`);
}
