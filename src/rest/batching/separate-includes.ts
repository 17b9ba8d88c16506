import { type ErrorCode, GatewayError } from '../../errors.ts';
import type { Layer, RestCall } from '../client/call.ts';
import type { Shortcut, Shortcuts } from '../shortcuts.ts';
import { isObject } from '../wire/decode.ts';

/** The field of a record that an include adds. */
export const FIELD_OF_INCLUDE: Readonly<Record<string, string>> = {
  addresses: 'addresses',
  attributes: 'attributes',
  formfields: 'form_fields',
  storecredit: 'store_credit_amounts',
  shopper_profile_id: 'shopper_profile_id',
  segment_ids: 'segment_ids',
};

/**
 * The calls of one read if the store rejects some of its includes: with all of them, without, with each alone, and with
 * those that the store accepts.
 */
export function maxCallsWithIncludes(includes: number): number {
  if (includes < 2) return 1 + includes;
  return 1 + 1 + includes + 1;
}

type Failures = ReadonlyMap<string, GatewayError>;

/**
 * Keeps an include that the store rejects from failing the records and the other includes of the same call. The store
 * is asked without includes, and then for each of them alone. The field of a rejected include becomes its error.
 */
export function separateIncludes(shortcuts: Shortcuts, next: Layer<unknown>): Layer<unknown> {
  async function readWithout(call: RestCall, known: Failures, rejection: GatewayError): Promise<unknown> {
    const { include = [] } = call;
    const bare = await errorOrAnswer(next({ ...call, include: [] }));
    if (bare instanceof GatewayError) throw rejection;
    const alone = await Promise.all(
      include.map((name) =>
        include.length === 1 ? rejection : errorOrAnswer(next({ ...call, include: [name] })),
      ),
    );
    const failed = new Map(known);
    for (const [i, name] of include.entries()) {
      const result = alone[i];
      if (!(result instanceof GatewayError)) continue;
      failed.set(name, result);
      if (isRejection(result)) shortcuts.fail(shortcutOf(call, name), result);
    }
    const accepted = include.filter((name) => !failed.has(name));
    // The store accepts each of them alone, but not together.
    if (accepted.length === include.length) throw rejection;
    const body = accepted.length === 0 ? bare : await next({ ...call, include: accepted });
    return withFailures(body, failed);
  }

  async function readIncludes(call: RestCall): Promise<unknown> {
    const failed = new Map<string, GatewayError>();
    let sent = call;
    /** Leaves out the includes that have failed recently. Lookups can join the call, and add some, while it is queued. */
    function withoutFailed(part: Pick<RestCall, 'include' | 'keys'>): Pick<RestCall, 'include' | 'keys'> {
      for (const name of part.include ?? []) {
        const failure = shortcuts.failureOf(shortcutOf(call, name));
        if (failure !== null) failed.set(name, failure);
      }
      sent = { ...call, ...part, include: (part.include ?? []).filter((name) => !failed.has(name)) };
      return { include: sent.include ?? [], ...(sent.keys && { keys: sent.keys }) };
    }
    const { atStart } = call;
    const first = {
      ...call,
      ...withoutFailed(call),
      ...(atStart && { atStart: () => withoutFailed(atStart()) }),
    };
    const answer = await errorOrAnswer(next(first));
    if (!(answer instanceof GatewayError)) return failed.size === 0 ? answer : withFailures(answer, failed);
    if (sent.include?.length === 0 || !isRejection(answer)) throw answer;
    return readWithout({ ...sent, atStart: undefined }, failed, answer);
  }

  return (call) => {
    const canHaveIncludes = (call.include ?? []).length > 0 || call.atStart !== undefined;
    return canHaveIncludes ? readIncludes(call) : next(call);
  };
}

function shortcutOf({ path }: RestCall, include: string): Shortcut {
  return `include ${path} ${include}`;
}

async function errorOrAnswer(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

const REJECTION_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_REJECTED',
  'UPSTREAM_FORBIDDEN',
]);
/** The list of keys is too long, which is no fault of an include. */
const TOO_LONG_STATUSES: ReadonlySet<number | undefined> = new Set([413, 414]);

function isRejection({ code, details }: GatewayError): boolean {
  return REJECTION_CODES.has(code) && !TOO_LONG_STATUSES.has(details.status);
}

/** A list of records in which the fields of some includes are errors. */
function withFailures(body: unknown, failed: Failures): unknown {
  if (!isObject(body) || !Array.isArray(body.data)) return body;
  const fields = Object.fromEntries(
    [...failed].map(([name, error]) => [FIELD_OF_INCLUDE[name] ?? name, error]),
  );
  return { ...body, data: body.data.map((record) => (isObject(record) ? { ...record, ...fields } : record)) };
}
