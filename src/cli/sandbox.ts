import type { Config, StoreConfig } from '../config/index.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { fail } from './fail.ts';
import { onStop } from './signals.ts';

/** Runs the sandbox store alone. */
export async function runSandbox(config: Config): Promise<void> {
  const { store, host } = config;
  if (store.kind !== 'sandbox') {
    return fail(['BIGCOMMERCE_STORE_HASH is set, which means a real store: unset it to run the sandbox']);
  }
  const sandbox = await openSandbox(store, host);
  onStop(config, sandbox.close);
  console.log(
    `The sandbox store listens at ${sandbox.url}\nand accepts the header X-Auth-Token: ${store.token}`,
  );
}

/** Starts a sandbox store as configured. */
export function openSandbox(
  store: Extract<StoreConfig, { kind: 'sandbox' }>,
  host = '127.0.0.1',
): Promise<Sandbox> {
  const { kind: _, file, webhookUrl, ...options } = store;
  return startSandbox({
    ...options,
    host,
    ...(file !== null && { file }),
    ...(webhookUrl !== null && { webhooks: { hooks: [{ scope: 'store/*', destination: webhookUrl }] } }),
    onProgress: printProgress,
  });
}

/** Stores with fewer customers are generated too fast for progress messages. */
const MIN_CUSTOMERS_FOR_PROGRESS = 50_000;

function printProgress(done: number, customers: number): void {
  if (customers < MIN_CUSTOMERS_FOR_PROGRESS) return;
  const state =
    done < customers ? `${done} of ${customers} customers` : `${customers} customers; building indices`;
  console.error(`sandbox: ${state}`);
}
