import type { Logger } from 'pino';
import { GatewayError } from '../../errors.ts';
import type { GovernorState } from '../../governor/governor.ts';
import type { CallReport } from '../../rest/client/http.ts';

export interface UpstreamLog {
  /** Logs a call that failed, and what changed in the governor since the last call. */
  observe(report: CallReport): void;
}

export interface UpstreamLogOptions {
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly state: () => Pick<GovernorState, 'breaker' | 'openCircuits' | 'quota' | 'queued'>;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** Lines about failures in one period. The rest is only counted: an outage must not fill the disk. */
const MAX_LINES = 20;
const PERIOD_MS = 10_000;

/** Logs why calls to the store fail, when the circuit breaker opens and closes, and when calls wait for the quota. */
export function createUpstreamLog({ logger, state, now }: UpstreamLogOptions): UpstreamLog {
  const isAllowed = createLineLimit(now);
  const logState = createStateLog(logger, state);

  return {
    observe(report) {
      const { operation, status, durationMs, requestId } = report;
      const call = { operation, status, durationMs: Math.round(durationMs) };
      logger.debug(call, 'upstream call');
      const cause = causeOf(report);
      const suppressed = cause === null ? null : isAllowed();
      if (suppressed !== null) {
        const more = suppressed > 0 && { suppressed };
        logger.warn({ requestId, ...call, cause, ...more }, 'upstream failure');
      }
      logState();
    },
  };
}

/** Why a call failed: an error code such as `ECONNREFUSED`, a status, or what is wrong. Null if the store did not fail. */
export function causeOf({ status, failure }: Pick<CallReport, 'status' | 'failure'>): string | null {
  if (failure === null) return status !== null && isFailure(status) ? String(status) : null;
  // The caller has left, or the gateway stops.
  if (!(failure instanceof GatewayError)) return null;
  if (failure.code === 'UPSTREAM_TIMEOUT') return 'time-out';
  const { code } = (failure.cause ?? {}) as { readonly code?: unknown };
  if (typeof code === 'string') return code;
  return failure.code === 'UPSTREAM_BAD_RESPONSE' ? 'invalid response' : 'no response';
}

// The other statuses from 400 to 499 are about what a caller sent.
function isFailure(status: number): boolean {
  return status >= 500 || [401, 403, 408, 429].includes(status);
}

/** Returns null if a line is not allowed, otherwise the number of lines that were not allowed before it. */
function createLineLimit(now: () => number): () => number | null {
  let startedAt = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let suppressed = 0;

  return () => {
    if (now() - startedAt >= PERIOD_MS) {
      startedAt = now();
      lines = 0;
    }
    lines += 1;
    if (lines > MAX_LINES) {
      suppressed += 1;
      return null;
    }
    const before = suppressed;
    suppressed = 0;
    return before;
  };
}

function createStateLog(
  logger: UpstreamLogOptions['logger'],
  state: UpstreamLogOptions['state'],
): () => void {
  let isDown = false;
  let open: readonly string[] = [];
  let isPaused = false;

  return () => {
    const current = state();
    const { quota, queued, openCircuits } = current;
    // Half-open is a trial every few seconds while it is open.
    if ((current.breaker !== 'closed') !== isDown) {
      isDown = !isDown;
      if (isDown)
        logger.error('the circuit breaker is open: the store does not work, and calls are rejected');
      else logger.info('the circuit breaker is closed again');
    }
    for (const operation of openCircuits.filter((name) => !open.includes(name)))
      logger.warn({ operation }, 'the circuit of an operation is open: its calls are rejected');
    for (const operation of open.filter((name) => !openCircuits.includes(name)))
      logger.info({ operation }, 'the circuit of an operation is closed again');
    open = openCircuits;
    const waiting = queued.interactive + queued.standard + queued.bulk;
    const isUsedUp = quota !== null && quota.remaining === 0 && quota.resetMs > 0;
    if (isUsedUp && waiting > 0 && !isPaused)
      logger.warn({ waiting, resetMs: quota.resetMs }, "the store's quota is used up: calls wait");
    else if (isPaused && !isUsedUp) logger.info("the store's quota allows calls again");
    isPaused = isUsedUp && (isPaused || waiting > 0);
  };
}
