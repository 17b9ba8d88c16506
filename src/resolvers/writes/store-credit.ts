import { GatewayError } from '../../errors.ts';
import type { Customer, StoreCredit } from '../../rest/records/customers.ts';
import type { ItemError, WritePayload } from './results.ts';

type Amounts = readonly StoreCredit[] | null | undefined;

/**
 * Whether a customer has the store credit that was sent. Of several amounts, which the API description allows, the store
 * can keep one.
 */
export function creditMatches(held: Amounts, sent: Amounts): boolean {
  if (!sent) return true;
  if (sent.length > 1 && held?.length === 1) return unkept(held, sent).length === sent.length - 1;
  return held?.length === sent.length && unkept(held, sent).length === 0;
}

/** Adds an error to each written item of which the store did not keep every store credit amount. */
export function reportUnkeptCredit(
  payload: WritePayload<Customer>,
  items: readonly { readonly storeCredit?: Amounts }[],
): WritePayload<Customer> {
  const results = payload.results.map((result) => {
    const sent = items[result.index]?.storeCredit ?? [];
    const held = result.record?.storeCredit;
    if (held instanceof GatewayError) return result;
    const lost = held && sent.length > 1 ? unkept(held, sent).length : 0;
    if (lost === 0) return result;
    const path = ['customers', String(result.index), 'storeCredit'];
    const error = {
      ...unkeptError(sent.length - lost, sent.length),
      path,
      retryAfterMs: null,
      upstreamStatus: null,
    };
    return { ...result, errors: [...result.errors, error] };
  });
  return { ...payload, results };
}

function unkeptError(kept: number, sent: number): Pick<ItemError, 'code' | 'message'> {
  return {
    code: 'LIMIT_EXCEEDED',
    message: `The store kept ${kept} of ${sent} store credit amounts. The other fields were written.`,
  };
}

/** The amounts that were sent and are not held. Equal amounts count once each. */
function unkept(held: Amounts, sent: readonly StoreCredit[]): readonly StoreCredit[] {
  const left = (held ?? []).map(({ amount }) => amount);
  return sent.filter(({ amount }) => {
    const at = left.indexOf(amount);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
