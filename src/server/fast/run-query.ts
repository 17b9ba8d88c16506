import { ANONYMOUS, type Caller } from '../../access/caller.ts';
import { createCanceller } from '../../cancel-signal.ts';
import { GatewayError } from '../../errors.ts';
import { createCallLog } from '../../rest/client/call-log.ts';
import { type Available, whenKnown } from '../../when-known.ts';
import { isLarge, type LargeQueries } from '../cost/large-queries.ts';
import type { OperationCosts } from '../cost/report.ts';
import { type Exchange, isGone } from './exchange.ts';
import type { OperationExecutor, Run } from './operation-executor.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import type { SharedExecution, SharedExecutions } from './shared-executions.ts';
import type { Sharing } from './sharing.ts';

export interface QueryRunnerOptions {
  readonly prepare: (bodyText: string, caller: Caller) => PreparedOperation | null;
  /** Charges a caller. */
  readonly charge: OperationCosts['charge'];
  readonly executor: OperationExecutor;
  readonly largeQueries: LargeQueries;
  readonly sharing: Sharing;
  readonly executions: SharedExecutions<PreparedOperation>;
  /** Learns of the writes of other replicas, so that no execution is joined that began before one of them. */
  readonly learnWrites: () => Available<unknown>;
}

/** Runs the query in a body. `passOn` is called in place of that if it is left to Yoga's path. */
export type RunQuery = (exchange: Exchange, bodyText: string, passOn: () => void) => void;

export function createQueryRunner(options: QueryRunnerOptions): RunQuery {
  const { prepare, charge: chargeCaller, executor, largeQueries, sharing, executions, learnWrites } = options;

  /** @returns resolves when the request has its response */
  function start(run: Run): Promise<unknown> {
    const { exchange, operation, bodyText } = run;
    const canceller = createCanceller();
    const abandon = () => canceller.abort();
    const answer = executor.execute(run, canceller.signal);
    const key = sharing.keyFor(exchange.state.caller, operation, bodyText);
    exchange.cancel =
      key === null ? abandon : executions.offer(key, { facts: operation, answer, abandon }).leave;
    return answer;
  }

  /** Runs an operation, or waits for an equal one that runs. @returns resolves when the request has its response */
  function startOrJoin(run: Run): Promise<unknown> {
    const { exchange, bodyText } = run;
    const running = sharing.find(executions, exchange.state.caller ?? ANONYMOUS, bodyText);
    return running === null ? start(run) : join(running, run);
  }

  /**
   * Runs a large query when it is its turn. Nothing of its execution is made before: what is older than the wait would keep
   * it from being freed soon.
   */
  function startInTurn(run: Run): void {
    const { exchange, operation, charge, bodyText } = run;
    const { caller = ANONYMOUS } = exchange.state;
    const waitsSince = performance.now();
    const canceller = createCanceller();
    exchange.cancel = () => canceller.abort();
    const { signal } = canceller;
    const turn = largeQueries.begin({ key: bodyText, cost: operation.cost, caller: caller.name, signal });
    void whenKnown(turn, (end) => {
      if (signal.aborted) return charge?.settle(0);
      void startOrJoin({ ...run, waitedMs: performance.now() - waitsSince }).finally(end);
    });
  }

  /** Waits for an execution that another request has begun. */
  async function join(running: SharedExecution<PreparedOperation>, run: Run): Promise<void> {
    const { exchange, operation, charge } = run;
    const { state } = exchange;
    running.join();
    exchange.cancel = running.leave;
    const callLog = createCallLog({ requestId: state.requestId ?? null });
    state.callLog = callLog;
    const answer = await running.answer;
    if (isGone(exchange)) return charge?.settle(0);
    // An error contains the id of its request, and can be about the other request's deadline. Those that have waited do not
    // wait for each other again: while the store is down, that would be one after the other.
    if (answer === null) {
      await start(run);
      return;
    }
    callLog.countCoalesced(answer.calls);
    charge?.settle(answer.calls);
    executor.finish(exchange, answer.body, operation);
  }

  /** Runs an operation that is allowed, or waits for an equal one. */
  function proceed(run: Run): void {
    const { exchange, operation, charge, bodyText } = run;
    const running = sharing.find(executions, exchange.state.caller ?? ANONYMOUS, bodyText);
    if (isGone(exchange)) {
      charge?.settle(0);
      return;
    }
    executor.begin(exchange, operation);
    if (running !== null) void join(running, run);
    else if (isLarge(operation.cost)) startInTurn(run);
    else void start(run);
  }

  return (exchange, bodyText, passOn) => {
    const { caller = ANONYMOUS } = exchange.state;
    const running = sharing.find(executions, caller, bodyText);
    const operation = running?.facts ?? prepare(bodyText, caller);
    if (operation === null) return passOn();
    whenKnown(chargeCaller(caller, operation.cost), (charge) => {
      if (charge instanceof GatewayError) return passOn();
      // What begins later has seen all writes that this request has to see.
      const known = running === null ? null : learnWrites();
      return whenKnown(known, () => proceed({ exchange, operation, charge, bodyText, waitedMs: 0 }));
    });
  };
}
