import { type Clock, createAlarm } from '../alarm.ts';
import type { CallPool, PoolReport, PoolState } from './call-pool.ts';
import { createHeldCalls, type HeldCalls } from './held-calls.ts';
import type { OperationLeases } from './operation-leases.ts';
import { createPoolConnection, type PoolConnection } from './pool-connection.ts';
import { createSeenWindows, type SeenWindows } from './seen-window.ts';
import { createSlidingShare, type SlidingShare } from './sliding-share.ts';

/** The calls that this replica may send: leased from the pool of all replicas. */
export interface CallLeases
  extends Pick<PoolConnection, 'state' | 'ageMs' | 'isJoining' | 'lostWindowMs' | 'share'>,
    Pick<HeldCalls, 'held' | 'inFlight' | 'start'>,
    Pick<SeenWindows, 'observe'>,
    Pick<SlidingShare, 'allowance'> {
  /** Asks for leases, because a queued call needs one. */
  request(): void;
  /** Records the end of a call. @param isShown whether a response showed it in the quota */
  end(isShown: boolean): void;
  /** Returns all leases, and takes no further part. Rejects if the pool cannot be reached. */
  close(): Promise<void>;
}

export interface CallLeaseOptions {
  readonly pool: CallPool;
  readonly operations: Pick<OperationLeases, 'report' | 'grant' | 'onRequest'>;
  /** The fraction of the quota that a replica uses while it cannot reach the pool. */
  readonly quotaShare: number;
  /** Whether the responses to this replica show a sliding window. */
  readonly isSliding: () => boolean;
  /** Number of queued calls. */
  readonly queued: () => number;
  /** Maximum number of calls in flight. */
  readonly connections: number;
  readonly clock: Clock;
  /** Called when further calls may start. */
  readonly onGrant: () => void;
}

/** Interval between two reports if nothing happens, in milliseconds. */
const HEARTBEAT_MS = 250;
/** Milliseconds from a response until the other replicas hear of it. */
const REPORT_AFTER_MS = 25;
/** Milliseconds until a pool that has nothing left is asked again. */
const RETRY_MS = 25;
/** An idle replica holds this fraction of its part of what is free, so it can start calls at once. */
const IDLE_FRACTION = 1 / 8;

export function createCallLeases(options: CallLeaseOptions): CallLeases {
  const { pool, operations, quotaShare, isSliding, queued, connections, clock, onGrant } = options;
  const { now } = clock;
  const calls = createHeldCalls(now);
  const windows = createSeenWindows(now);
  const connection = createPoolConnection(now, quotaShare);
  const sliding = createSlidingShare(now);
  let wantsCalls = false;
  let retryAt = 0;
  let isExchanging = false;
  let isClosed = false;
  const wakeAt = createAlarm(clock, exchange);

  /** What was leased is not valid in a window in which the pool was not reached: the others may have it by then. */
  function dropOldLeases(): void {
    if (connection.state() === null && connection.lostWindowMs() === 0) calls.keep(0);
  }

  /** Leases that an idle replica holds. */
  function idleLeases(): number {
    const state = connection.state();
    if (state === null || state.window === null || state.window.resetMs <= connection.ageMs()) return 0;
    return Math.floor((state.free * IDLE_FRACTION) / state.replicas);
  }

  function report(): PoolReport {
    dropOldLeases();
    const idle = idleLeases();
    // The queued calls may need a lease of their operation too, which takes another exchange.
    if (queued() === 0 || calls.idleMs() >= HEARTBEAT_MS) calls.keep(idle);
    const needed = wantsCalls ? Math.min(queued(), connections) : 0;
    wantsCalls = false;
    return {
      outstanding: calls.outstanding(connection.windowNumber(), connection.windowMs()),
      wanted: Math.max(0, Math.max(needed, idle) - calls.held()),
      isActive: calls.takeActivity(),
      answered: calls.answered(),
      window: windows.latest(),
      isSliding: isSliding(),
      expected: connection.expected(),
      operations: operations.report(),
    };
  }

  function exchange(): void {
    if (isExchanging || isClosed) return;
    isExchanging = true;
    const sent = report();
    pool
      .exchange(sent)
      .then((reply) => accept(reply, sent), lose)
      .finally(() => {
        isExchanging = false;
        if (!isClosed) wakeAt(wantsCalls ? Math.max(now(), retryAt) : now() + HEARTBEAT_MS);
      });
  }

  function accept(reply: PoolState, sent: PoolReport): void {
    connection.accept(reply);
    sliding.learn(reply);
    calls.add(reply.granted);
    operations.grant(reply.operations);
    retryAt = isDenied(reply, sent) ? now() + RETRY_MS : 0;
    onGrant();
  }

  function lose(): void {
    connection.lose();
    retryAt = now() + HEARTBEAT_MS;
    operations.grant(null);
    onGrant();
  }

  const wakeForRequest = () => wakeAt(Math.max(now(), retryAt));
  operations.onRequest(wakeForRequest);
  wakeAt(now());

  return {
    ...connection,
    held() {
      dropOldLeases();
      return calls.held();
    },
    inFlight: calls.inFlight,
    request() {
      wantsCalls = true;
      wakeForRequest();
    },
    allowance: sliding.allowance,
    start() {
      calls.start();
      sliding.start();
      if (calls.held() < idleLeases() / 2) wakeAt(now() + REPORT_AFTER_MS);
    },
    end(isShown) {
      calls.end(isShown, connection.windowNumber());
      sliding.end();
      wakeAt(now() + REPORT_AFTER_MS);
    },
    observe: windows.observe,
    async close() {
      isClosed = true;
      await pool.leave({ ...report(), outstanding: 0, wanted: 0 });
    },
  };
}

/** Whether the pool had nothing left of what a report asked for. */
function isDenied(reply: PoolState, sent: PoolReport): boolean {
  const lacksOperation = Object.entries(sent.operations).some(
    ([operation, { wanted }]) => wanted > (reply.operations[operation] ?? 0),
  );
  return (sent.wanted > 0 && reply.granted === 0) || lacksOperation;
}
