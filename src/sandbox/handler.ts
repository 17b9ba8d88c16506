import type { Call } from './call.ts';
import type { CredentialThrottle } from './credential-throttle.ts';
import { createChangeBuffer, type LedgerWriter, type StoreEvent } from './ledger.ts';
import type { Limits } from './limits.ts';
import { parseQuery } from './query.ts';
import { respellBody } from './respelling.ts';
import { ApiError, type ApiResponse, badRequestResponse, errorResponse } from './responses.ts';
import type { Route } from './routes.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

export interface HandlerOptions {
  readonly store: Store;
  readonly ledger: LedgerWriter;
  readonly limits: Limits;
  readonly credentialThrottle: CredentialThrottle;
  readonly switches: Switches;
  readonly now: () => number;
  /** Called with the events of a write after its commit. */
  readonly publish: (events: readonly StoreEvent[]) => void;
}

export interface HandlerRequest {
  readonly route: Route;
  readonly query: string;
  readonly body: string;
  readonly clientId: string;
}

/** Handles a request. A write is committed and in the ledger before this returns. */
export function handleRequest(
  options: HandlerOptions,
  { route, query, body, clientId }: HandlerRequest,
): ApiResponse {
  const { store, switches, limits, now } = options;
  const { operation, ids, storeHash } = route;
  const changes = createChangeBuffer();
  // The ledger entry and the record have the same timestamp.
  const at = now();
  const work = (): ApiResponse => {
    const call: Call = {
      store,
      changes,
      ids,
      storeHash,
      query: parseQuery(query),
      body: switches.respells ? respellBody(parseJson(body)) : parseJson(body),
      clientId,
      switches,
      limits,
      credentialThrottle: options.credentialThrottle,
      nowSeconds: Math.floor(at / 1000),
    };
    return operation.handle(call);
  };
  if (operation.method === 'GET') return toResponse(work);

  store.begin();
  const outcome = catchError(work);
  const kept = outcome instanceof ApiError ? !switches.atomicBatches : !(outcome instanceof Error);
  if (kept) {
    store.commit();
    options.ledger.append(operation.operationId, at, changes.recorded);
    options.publish(changes.published);
  } else {
    store.rollback();
  }
  return toResponse(() => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
}

/** The result of the work, or the error that it threw. */
function catchError(work: () => ApiResponse): ApiResponse | Error {
  try {
    return work();
  } catch (reason) {
    return reason instanceof Error ? reason : new Error('not an error', { cause: reason });
  }
}

function toResponse(work: () => ApiResponse): ApiResponse {
  const outcome = catchError(work);
  if (!(outcome instanceof Error)) return outcome;
  if (!(outcome instanceof ApiError)) {
    // A bug in the sandbox: the details are for the operator only.
    console.error(outcome);
    return errorResponse(500, 'Internal Server Error');
  }
  if (outcome.status === 400) return badRequestResponse('Input is invalid', outcome.message);
  return errorResponse(outcome.status, outcome.message, outcome.errors);
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Syntax error');
  }
}
