import { GatewayError } from '../errors.ts';
import type { Upstream } from './upstream.ts';
import { isId, unwrapped } from './wire.ts';
import { WRITE_RULES } from './write-rules.ts';

/** What a shopper typed in. It exists nowhere but in the call that checks it. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The channel to sign in on; the first where it is absent. */
  readonly channelId?: number | null | undefined;
}

export interface CredentialsCheck {
  readonly isValid: boolean;
  /** Null where they are not valid. */
  readonly customerEntityId: number | null;
}

/** `/customers/validate-credentials`. */
export interface CredentialsRest {
  /** Checks once: every try counts against the store's guard against guessing. */
  check(credentials: Credentials): Promise<CredentialsCheck>;
}

export function createCredentials(upstream: Upstream): CredentialsRest {
  return {
    async check({ email, password, channelId }) {
      const body = { email, password, channel_id: channelId ?? undefined };
      const attempt = await upstream.write(
        WRITE_RULES.validateCredentials,
        '/customers/validate-credentials',
        body,
      );
      if (attempt.ended !== 'done') throw attempt.error;
      const { is_valid: isValid, customer_id: customerId } = unwrapped(attempt.body);
      if (typeof isValid !== 'boolean') {
        throw new GatewayError(
          'UPSTREAM_BAD_RESPONSE',
          'The store did not say whether the credentials are valid.',
        );
      }
      return { isValid, customerEntityId: isValid && isId(customerId) ? customerId : null };
    },
  };
}
