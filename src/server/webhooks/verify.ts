import { createHash, timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** The header that the command `webhooks register` asks the store to send. */
export const SECRET_HEADER = 'x-webhook-secret';

export interface VerifierOptions {
  /** The values of the header that are valid now. */
  readonly secrets: () => readonly string[];
  /** The client secrets with which the platform may sign. Null if they are not known. */
  readonly signingSecrets: (() => readonly string[]) | null;
}

/** Finds out whether a request is a webhook of the store. */
export interface WebhookVerifier {
  /** Whether it has the secret header. The values are compared in constant time. */
  hasSecret(headers: Headers): boolean;
  /**
   * Its signature, in the form of the Standard Webhooks. One that is more than 5 minutes old is invalid.
   *
   * @param body as received, byte for byte
   */
  signatureOf(headers: Headers, body: string): SignatureState;
}

/** `unknown-key`: there is no secret to verify it with. */
export type SignatureState = 'valid' | 'invalid' | 'absent' | 'unknown-key';

export function createWebhookVerifier({ secrets, signingSecrets }: VerifierOptions): WebhookVerifier {
  return {
    hasSecret(headers) {
      const given = digest(headers.get(SECRET_HEADER) ?? '');
      // Each is compared, so the time does not depend on which one matches.
      const matches = secrets().map((secret) => timingSafeEqual(digest(secret), given));
      return matches.includes(true);
    },
    signatureOf(headers, body) {
      if (!headers.has('webhook-signature')) return 'absent';
      if (signingSecrets === null) return 'unknown-key';
      return signingSecrets().some((secret) => isSigned(secret, headers, body)) ? 'valid' : 'invalid';
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isSigned(secret: string, headers: Headers, body: string): boolean {
  try {
    // The library decodes its key, so the bytes of the secret itself sign.
    new Webhook(Buffer.from(secret).toString('base64')).verify(body, Object.fromEntries(headers));
    return true;
  } catch {
    return false;
  }
}
