import { GatewayError } from '../../errors.ts';
import type { Call, CallReport, HttpClient } from '../../rest/client/http.ts';
import { createHooks, type Hook } from '../../rest/hooks.ts';
import { OPERATIONS, type OperationId, pathOf } from '../../rest/operations.ts';

/** How the store answered one read. */
export interface Answer<T = unknown> {
  /** Null unless the answer is a success. */
  readonly value: T | null;
  /** Null if the answer is a success. */
  readonly error: GatewayError | null;
  /** HTTP status. Null if no answer came. */
  readonly status: number | null;
  readonly headers: CallReport['headers'];
  readonly durationMs: number;
  /** Unix milliseconds by the clock of this machine. */
  readonly endedAt: number;
}

/** The answers of the store to the reads of the doctor. Null for reads that were not worth a try. */
export interface StoreAnswers {
  readonly customers: Answer;
  readonly hooks: Answer<readonly Hook[]> | null;
  readonly instruments: Answer | null;
  readonly settings: Answer | null;
}

/** A customer id that any store can be asked for. */
const ANY_CUSTOMER = 1;

/**
 * Asks the store what shows its state, in at most four reads. Stops after the first one if its answer is not about the token's
 * scopes: the others would end alike.
 *
 * @param now Unix milliseconds
 */
export async function askStore({ send }: Pick<HttpClient, 'send'>, now: () => number): Promise<StoreAnswers> {
  async function ask<T>(read: (sendOne: HttpClient['send']) => Promise<T>): Promise<Answer<T>> {
    let report: CallReport | null = null;
    const onEnd = (ended: CallReport) => {
      report = ended;
    };
    const { value, error } = await settle(read((call) => send({ ...readOnly(call), onEnd })));
    const { status = null, headers = {}, durationMs = 0 } = (report as CallReport | null) ?? {};
    return { value, error, status, headers, durationMs, endedAt: now() };
  }
  const askFor = (operation: OperationId, ids: readonly number[] = [], query = '') =>
    ask((sendOne) => sendOne({ operation, method: 'GET', path: pathOf(OPERATIONS[operation], ids), query }));

  const customers = await askFor('getCustomers', [], 'limit=1');
  if (customers.error !== null && customers.status !== 403)
    return { customers, hooks: null, instruments: null, settings: null };
  const hooks = await ask((sendOne) => createHooks({ send: sendOne }).list());
  const customer = firstId(customers.value) ?? ANY_CUSTOMER;
  const instruments = await askFor('getCustomerStoredInstruments', [customer]);
  const settings = await askFor('getCustomersSettings');
  return { customers, hooks, instruments, settings };
}

/** @throws Error for a call that could change something */
function readOnly(call: Call): Call {
  if (call.method !== 'GET') throw new Error(`the doctor only reads: ${call.operation} is not sent`);
  return call;
}

async function settle<T>(
  answer: Promise<T>,
): Promise<{ readonly value: T | null; readonly error: GatewayError | null }> {
  try {
    return { value: await answer, error: null };
  } catch (error) {
    if (error instanceof GatewayError) return { value: null, error };
    throw error;
  }
}

function firstId(body: unknown): number | null {
  const { data } = (body ?? {}) as { readonly data?: unknown };
  const [first] = Array.isArray(data) ? data : [];
  const { id } = (first ?? {}) as { readonly id?: unknown };
  return Number.isSafeInteger(id) ? (id as number) : null;
}
