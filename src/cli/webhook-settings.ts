import { randomBytes } from 'node:crypto';
import type { Config } from '../config/index.ts';
import { NEEDED_SCOPES } from '../rest/cache/events.ts';
import { createHttpClient, type HttpClientOptions } from '../rest/client/http.ts';
import { createHooks, registerHooks } from '../rest/hooks.ts';
import type { WebhookSettings } from '../server/store-cache.ts';
import { WEBHOOK_PATH } from '../server/webhooks/endpoint.ts';
import { SECRET_HEADER } from '../server/webhooks/verify.ts';
import type { GatewayFiles } from './files.ts';

export interface OpenWebhooks {
  /** Null if no webhooks are accepted. */
  readonly settings: WebhookSettings | null;
  /** Registers the webhooks of our own sandbox store at this gateway. */
  registerAt(store: Omit<HttpClientOptions, 'onCall'>, gatewayUrl: string): Promise<void>;
}

/** The webhooks that are configured or, for our own sandbox store, ones with a secret of this process. */
export function openWebhooks(
  { webhooks, store, cache }: Config,
  { webhookSecrets, signingSecrets }: GatewayFiles,
): OpenWebhooks {
  const ownSecret = randomBytes(24).toString('base64url');
  let url = webhooks?.url ?? '';
  const isOwn = webhooks === null && store.kind === 'sandbox' && cache !== null;
  return {
    settings:
      webhooks === null && !isOwn
        ? null
        : {
            url: () => url,
            secrets: webhookSecrets ?? (() => [ownSecret]),
            signingSecrets,
            requiresSignature: webhooks?.requiresSignature ?? false,
          },
    async registerAt(options, gatewayUrl) {
      // The sandbox sends webhooks over http to this machine only.
      url = `http://127.0.0.1:${new URL(gatewayUrl).port}${WEBHOOK_PATH}`;
      const http = createHttpClient({ ...options, onCall: () => {} });
      const hooks = createHooks(http);
      // A sandbox with a file remembers those of earlier processes.
      for (const { id, destination } of await hooks.list())
        if (destination.endsWith(WEBHOOK_PATH)) await hooks.remove(id);
      await registerHooks(hooks, NEEDED_SCOPES, {
        destination: url,
        headers: { [SECRET_HEADER]: ownSecret },
      });
      await http.close();
    },
  };
}
