import { type Answer, malformed, problem, Refusal } from './answers.ts';
import type { Call } from './call.ts';
import type { CredentialGuard } from './credential-guard.ts';
import { createChanges, type LedgerBook, type StoreEvent } from './ledger.ts';
import type { Limits } from './limits.ts';
import { parseQuery } from './query.ts';
import type { Route } from './routes.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

export interface HandlingOptions {
  readonly store: Store;
  readonly ledger: LedgerBook;
  readonly limits: Limits;
  readonly credentialGuard: CredentialGuard;
  readonly switches: Switches;
  readonly now: () => number;
  /** Called with the events of a write after its commit. */
  readonly announce: (events: readonly StoreEvent[]) => void;
}

export interface Incoming {
  readonly route: Route;
  readonly query: string;
  readonly body: string;
  readonly clientId: string;
}

/** Handles a request. A write is committed and in the ledger before this returns. */
export function handle(options: HandlingOptions, { route, query, body, clientId }: Incoming): Answer {
  const { store, switches, limits, now } = options;
  const { operation, ids, storeHash } = route;
  const changes = createChanges();
  // The ledger entry and the record have the same timestamp.
  const at = now();
  const work = (): Answer => {
    const call: Call = {
      store,
      changes,
      ids,
      storeHash,
      query: parseQuery(query),
      body: parseJson(body),
      clientId,
      switches,
      limits,
      credentialGuard: options.credentialGuard,
      nowSeconds: Math.floor(at / 1000),
    };
    return operation.handle(call);
  };
  if (operation.method === 'GET') return answerOf(work);

  store.begin();
  const outcome = attempt(work);
  const kept = outcome instanceof Refusal ? !switches.atomicBatches : !(outcome instanceof Error);
  if (kept) {
    store.commit();
    options.ledger.append(operation.operationId, at, changes.recorded);
    options.announce(changes.announced);
  } else {
    store.rollback();
  }
  return answerOf(() => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
}

/** The result of the work, or the error that it threw. */
function attempt(work: () => Answer): Answer | Error {
  try {
    return work();
  } catch (reason) {
    return reason instanceof Error ? reason : new Error('not an error', { cause: reason });
  }
}

function answerOf(work: () => Answer): Answer {
  const outcome = attempt(work);
  if (!(outcome instanceof Error)) return outcome;
  if (!(outcome instanceof Refusal)) {
    // A bug in the sandbox: the details are for the operator only.
    console.error(outcome);
    return problem(500, 'Internal Server Error');
  }
  if (outcome.status === 400) return malformed('Input is invalid', outcome.message);
  return problem(outcome.status, outcome.message, outcome.errors);
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Syntax error');
  }
}
