import type { CallQueue } from './call-queue.ts';
import type { FairShare } from './fair-share.ts';
import { type CallRequest, deadlineOf, type GovernorEvents, type IssuedPermit } from './permits.ts';
import type { QueuedCall } from './queued-call.ts';
import type { QuotaTracker } from './quota/tracker.ts';
import { circuitOpen, deadlineExceeded, deadlinePassed, queueFull } from './rejections.ts';
import { createSettlingPriority } from './settling-priority.ts';
import { createStoreProbe, type StoreProbeOptions } from './store-probe.ts';
import type { WaitEstimate } from './wait-estimate.ts';

/** Admits calls: resolves when a call may start. @throws GatewayError if it cannot start, or the abort reason of its signal */
export type Admission = (request: CallRequest, kind: 'read' | 'write') => Promise<IssuedPermit>;

/** Where a call stands in the queue. */
type QueuePlace = Omit<QueuedCall, 'start' | 'reject'>;

export interface AdmissionOptions extends StoreProbeOptions {
  readonly queue: CallQueue;
  readonly tracker: QuotaTracker;
  readonly shares: FairShare;
  readonly estimateWait: WaitEstimate;
  /** Maximum number of queued calls, apart from urgent ones. */
  readonly maxQueued: number;
  readonly events: GovernorEvents;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** If the queue is full and the wait is not known, clients should not try again sooner, in milliseconds. */
const MIN_RETRY_MS = 1_000;

export function createAdmission(options: AdmissionOptions): Admission {
  const { dispatcher, queue, tracker, shares, breaker, estimateWait, maxQueued, events, now } = options;
  const isUrgentRead = createSettlingPriority(tracker, now);
  const probeFor = createStoreProbe(options);

  /** Rejects a call that would miss its deadline, or for which a full queue has no room. @returns whether it has room */
  function hasRoom(call: QueuedCall): boolean {
    if (call.settlesWrite) return true;
    const { lane, caller } = call;
    const waitMs = estimateWait(call, queue.ahead(lane, queue.sizeOf(lane, caller)));
    if (now() + waitMs > call.deadlineAt) {
      dispatcher.reject(call, deadlineExceeded(waitMs), 'deadline');
      return false;
    }
    if (queue.size() - queue.urgentSize() < maxQueued) return true;
    const evicted = queue.evictFor(call, maxQueued);
    dispatcher.reject(evicted ?? call, queueFull(maxQueued, Math.max(waitMs, MIN_RETRY_MS)), 'full');
    return evicted !== null;
  }

  return (request, kind) => {
    const { operation, origin, signal, settlesWrite = false } = request;
    const { lane, caller } = origin;
    signal?.throwIfAborted();
    if (breaker.isOpen(operation)) {
      events.onReject(lane, 'breaker');
      throw circuitOpen(breaker.retryAfterMs(operation));
    }
    const deadlineAt = deadlineOf(request);
    if (now() >= deadlineAt) {
      events.onReject(lane, 'deadline');
      throw deadlinePassed();
    }
    if (kind === 'write' && breaker.needsProbe(operation)) probeFor(operation);
    shares.recordDemand(lane, caller, queue.sizeOf(lane, caller));
    const place = {
      operation,
      lane,
      caller,
      queuedAt: now(),
      deadlineAt,
      settlesWrite,
      isUrgent: settlesWrite && isUrgentRead(),
    };
    if (dispatcher.canStart(place)) return Promise.resolve(dispatcher.start(request, 0));
    return waitForTurn(options, request, place, hasRoom);
  };
}

/**
 * Queues a call.
 *
 * @param hasRoom rejects a call for which there is no room in the queue
 * @returns resolves when it is the turn of the call
 */
function waitForTurn(
  { dispatcher, queue, now }: AdmissionOptions,
  request: CallRequest,
  place: QueuePlace,
  hasRoom: (call: QueuedCall) => boolean,
): Promise<IssuedPermit> {
  const { origin, signal } = request;
  return new Promise((resolve, reject) => {
    const call: QueuedCall = {
      ...place,
      start() {
        stopListening();
        resolve(dispatcher.start(request, now() - place.queuedAt));
      },
      reject(error) {
        stopListening();
        reject(error);
      },
    };
    function onAbort(): void {
      queue.remove(call);
      call.reject(signal?.reason);
    }
    /** More operations wait for the call. */
    function onUpgrade(): void {
      queue.remove(call);
      call.lane = origin.lane;
      call.deadlineAt = deadlineOf(request);
      dispatcher.enqueue(call);
    }
    const ignoreUpgrades = 'onUpgrade' in origin ? origin.onUpgrade(onUpgrade) : null;
    function stopListening(): void {
      signal?.removeEventListener('abort', onAbort);
      ignoreUpgrades?.();
    }
    if (!hasRoom(call)) return;
    signal?.addEventListener('abort', onAbort);
    dispatcher.enqueue(call);
  });
}
