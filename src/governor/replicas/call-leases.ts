import { type Clock, createAlarm } from '../alarm.ts';
import type { CallPool, PoolReport, PoolState, SeenWindow } from './call-pool.ts';
import type { OperationLeases } from './operation-leases.ts';

/** The calls that this replica may send: leased from the pool of all replicas. */
export interface CallLeases {
  /** What the pool stated last; null while it cannot be reached, and if that is long ago. */
  state(): PoolState | null;
  /** Milliseconds since then. */
  ageMs(): number;
  /** Whether the first exchange has not ended yet. What the other replicas use is not known before that. */
  isJoining(): boolean;
  /** Calls that are leased and not sent. */
  held(): number;
  inFlight(): number;
  /**
   * Milliseconds until the window is over in which the pool was lost; 0 if it is. Until then only held leases may be used:
   * what was left may be leased to others.
   */
  lostWindowMs(): number;
  /** The fraction of the quota that this replica may use while the pool cannot be reached. */
  share(): number;
  /** Asks for leases, because a queued call needs one. */
  request(): void;
  start(): void;
  /** Records the end of a call. @param isShown whether a response showed it in the quota */
  end(isShown: boolean): void;
  /** Records what a response says about the window. @param endsAt when it is certainly over, on the monotonic clock */
  observe(window: Omit<SeenWindow, 'endsInMs'>, endsAt: number): void;
  /** Returns all leases, and takes no further part. Rejects if the pool cannot be reached. */
  close(): Promise<void>;
}

export interface CallLeaseOptions {
  readonly pool: CallPool;
  readonly operations: Pick<OperationLeases, 'report' | 'grant' | 'onRequest'>;
  /** The fraction of the quota that a replica uses while it cannot reach the pool. */
  readonly quotaShare: number;
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
/** Milliseconds after which what the pool stated counts no more. Less than the time after which a replica is taken for dead. */
const STALE_MS = 2_000;
/** Milliseconds from a response until the other replicas hear of it. */
const REPORT_AFTER_MS = 25;
/** Milliseconds until a pool that has nothing left is asked again. */
const RETRY_MS = 25;
/** An idle replica holds this fraction of its part of what is free, so it can start calls at once. */
const IDLE_FRACTION = 1 / 8;

export function createCallLeases(options: CallLeaseOptions): CallLeases {
  const { pool, operations, quotaShare, queued, connections, clock, onGrant } = options;
  const { now } = clock;
  let state: PoolState | null = null;
  let statedAt = now();
  /** Replicas at the last exchange; null before the first one. */
  let known: number | null = null;
  let windowEndsAt = 0;
  let isJoining = true;
  let hasBeenAlone = false;
  let held = 0;
  let inFlight = 0;
  let used = 0;
  /** When leases were last used or granted. */
  let usedAt = now();
  let answered = 0;
  let unshown: { readonly at: number; readonly windowNumber: number }[] = [];
  let seen: (Omit<SeenWindow, 'endsInMs'> & { readonly endsAt: number }) | null = null;
  let wantsCalls = false;
  let retryAt = 0;
  let isExchanging = false;
  let isClosed = false;

  const windowNumber = () => state?.window?.number ?? 0;
  const wakeAt = createAlarm(clock, exchange);
  const share = () => Math.min(quotaShare, 1 / Math.max(1, known ?? 1));

  /** Null also if this process was suspended for so long that the others may take it for dead. */
  function current(): PoolState | null {
    return state !== null && ageMs() < STALE_MS ? state : null;
  }

  /** What was leased is not valid in a window in which the pool was not reached: the others may have it by then. */
  function dropOldLeases(): void {
    if (current() === null && now() >= windowEndsAt) held = 0;
  }

  /** Leases that an idle replica holds. */
  function idleLeases(): number {
    if (state === null || state.window === null || state.window.resetMs <= ageMs()) return 0;
    return Math.floor((state.free * IDLE_FRACTION) / state.replicas);
  }

  function ageMs(): number {
    return now() - statedAt;
  }

  function report(): PoolReport {
    dropOldLeases();
    const idle = idleLeases();
    // The queued calls may need a lease of their operation too, which takes another exchange.
    const isUnused = queued() === 0 || now() - usedAt >= HEARTBEAT_MS;
    if (isUnused) held = Math.min(held, idle);
    const horizon = now() - (state?.window?.lengthMs ?? 0);
    unshown = unshown.filter((call) => call.windowNumber === windowNumber() && call.at >= horizon);
    const needed = wantsCalls ? Math.min(queued(), connections) : 0;
    const isActive = used > 0;
    used = 0;
    wantsCalls = false;
    return {
      outstanding: held + inFlight + unshown.length,
      wanted: Math.max(0, Math.max(needed, idle) - held),
      isActive,
      answered,
      window: seen && { ...seen, endsInMs: seen.endsAt - now() },
      expected: hasBeenAlone ? (known ?? Math.floor(1 / quotaShare)) : 0,
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
        if (isClosed) return;
        if (wantsCalls) wakeAt(Math.max(now(), retryAt));
        else wakeAt(now() + HEARTBEAT_MS);
      });
  }

  function accept(reply: PoolState, sent: PoolReport): void {
    state = reply;
    statedAt = now();
    windowEndsAt = now() + (reply.window?.resetMs ?? 0);
    known = reply.replicas;
    isJoining = false;
    hasBeenAlone = false;
    held += reply.granted;
    if (reply.granted > 0) usedAt = now();
    operations.grant(reply.operations);
    const lacksOperation = Object.entries(sent.operations).some(
      ([operation, { wanted }]) => wanted > (reply.operations[operation] ?? 0),
    );
    const isDenied = (sent.wanted > 0 && reply.granted === 0) || lacksOperation;
    retryAt = isDenied ? now() + RETRY_MS : 0;
    onGrant();
  }

  function lose(): void {
    hasBeenAlone = true;
    isJoining = false;
    retryAt = now() + HEARTBEAT_MS;
    state = null;
    operations.grant(null);
    onGrant();
  }

  operations.onRequest(() => wakeAt(Math.max(now(), retryAt)));
  wakeAt(now());

  return {
    state: current,
    ageMs,
    isJoining: () => isJoining,
    held: () => {
      dropOldLeases();
      return held;
    },
    inFlight: () => inFlight,
    lostWindowMs: () => Math.max(0, windowEndsAt - now()),
    share,
    request() {
      wantsCalls = true;
      wakeAt(Math.max(now(), retryAt));
    },
    start() {
      held = Math.max(0, held - 1);
      inFlight += 1;
      used += 1;
      usedAt = now();
      if (held < idleLeases() / 2) wakeAt(now() + REPORT_AFTER_MS);
    },
    end(isShown) {
      inFlight -= 1;
      if (isShown) answered += 1;
      else unshown.push({ at: now(), windowNumber: windowNumber() });
      wakeAt(now() + REPORT_AFTER_MS);
    },
    observe(window, endsAt) {
      const half = window.lengthMs / 2;
      if (seen === null || endsAt > seen.endsAt + half) seen = { ...window, endsAt };
      else if (endsAt >= seen.endsAt - half) {
        const left = Math.min(seen.left, window.left);
        seen = { ...window, left, endsAt: Math.min(seen.endsAt, endsAt) };
      }
    },
    async close() {
      isClosed = true;
      await pool.leave({ ...report(), outstanding: 0, wanted: 0 });
    },
  };
}
