import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { NEEDED_SCOPES } from '../../src/rest/cache/events.ts';
import { createHttpClient } from '../../src/rest/client/http.ts';
import { createHooks, type HooksRest, registerHooks } from '../../src/rest/hooks.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { WebhookSettings } from '../../src/server/store-cache.ts';
import type { Gateway } from './gateway.ts';

export const WEBHOOK_SECRET = 'invented-webhook-secret';
export const WEBHOOK_HEADERS = { 'x-webhook-secret': WEBHOOK_SECRET };
const UNREACHABLE = 'http://127.0.0.1:9/webhooks/bigcommerce';

/** Settings with the invented secret. No event is sent to the destination, which nothing listens at. */
export function webhookSettings(settings: Partial<WebhookSettings> = {}): WebhookSettings {
  return {
    url: () => UNREACHABLE,
    secrets: () => [WEBHOOK_SECRET],
    signingSecrets: null,
    requiresSignature: false,
    ...settings,
  };
}

/** The hooks API of a sandbox. */
export function hooksOf({ url, token }: Pick<Sandbox, 'url' | 'token'>): HooksRest {
  return createHooks(
    createHttpClient({
      baseUrl: url,
      accessToken: () => token,
      timeoutMs: 10_000,
      maxBodyBytes: 1_000_000,
      connections: 2,
      onCall: () => {},
    }),
  );
}

/** Registers the webhooks of a destination at a sandbox. */
export async function registerWebhooks(
  sandbox: Pick<Sandbox, 'url' | 'token'>,
  destination = UNREACHABLE,
): Promise<void> {
  await registerHooks(hooksOf(sandbox), NEEDED_SCOPES, { destination, headers: WEBHOOK_HEADERS });
}

export interface TestEvent {
  readonly scope: string;
  readonly data: object;
  readonly producer?: string;
}

/** The body of an event as the platform sends it. */
export function eventBody({ scope, data, producer = 'stores/sandbox' }: TestEvent): string {
  return JSON.stringify({ scope, store_id: '1', data, hash: 'abc', created_at: 1, producer });
}

/** Headers that sign a body as the platform does. */
export function signatureHeaders(body: string, secret: string, at = Date.now()): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createHmac('sha256', secret).update(`abc.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': 'abc', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** Sends a request to the webhook endpoint of a gateway in process. */
export async function postWebhook(
  { app }: Pick<Gateway, 'app'>,
  body: string,
  headers: Readonly<Record<string, string>> = WEBHOOK_HEADERS,
): Promise<Response> {
  const response = await app.yoga.fetch('http://gateway/webhooks/bigcommerce', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  // The event takes effect after the response.
  await new Promise((resolve) => setImmediate(resolve));
  return response;
}

/** Delivers an event, which the gateway accepts. */
export async function deliver(gateway: Pick<Gateway, 'app'>, event: TestEvent): Promise<void> {
  expect((await postWebhook(gateway, eventBody(event))).status).toBe(200);
}
