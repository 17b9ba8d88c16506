import { GatewayError, type Readable } from '../errors.ts';
import type { RequestClient } from './client/request-client.ts';
import { OPERATIONS } from './operations.ts';
import { unwrapEnvelope } from './wire/decode.ts';
import { readOptionalId } from './wire/ids.ts';

/** A shopper's sign-in credentials. They are only used in the call that checks them and are not stored. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The channel to sign in on. @default the first channel */
  readonly channelId?: number | null | undefined;
}

export interface CredentialsCheck {
  readonly isValid: boolean;
  /** Null if the credentials are not valid. */
  readonly customerEntityId: Readable<number | null>;
}

/** `/customers/validate-credentials`. */
export interface CredentialsRest {
  /** Sends one call and never repeats it: every attempt counts against the store's protection against password guessing. */
  check(credentials: Credentials): Promise<CredentialsCheck>;
}

export function createCredentials(client: RequestClient): CredentialsRest {
  return {
    async check({ email, password, channelId }) {
      const body = { email, password, channel_id: channelId ?? undefined };
      const attempt = await client.write(OPERATIONS.validateCustomerCredentials, { body });
      if (attempt.outcome !== 'ok') throw attempt.error;
      const { is_valid: isValid, customer_id: customerId } = unwrapEnvelope(attempt.body);
      if (typeof isValid !== 'boolean') {
        throw new GatewayError(
          'UPSTREAM_BAD_RESPONSE',
          'The store did not say whether the credentials are valid.',
        );
      }
      const readCustomerId = () =>
        readOptionalId(customerId, 'credentials.customer_id', client.onUnexpectedField);
      return { isValid, customerEntityId: isValid ? readCustomerId() : null };
    },
  };
}
