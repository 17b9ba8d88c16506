import {
  type CallRequest,
  createGovernor,
  type Governor,
  type GovernorOptions,
  type Permit,
} from '../../src/governor/governor.ts';
import type { Lane } from '../../src/governor/lanes.ts';
import { createFakeClock } from './fake-clock.ts';

/** A call of one caller, without a deadline by default. */
export function requestFor(
  operation: string,
  lane: Lane = 'standard',
  deadlineAt = Number.POSITIVE_INFINITY,
): CallRequest {
  return { operation, origin: { caller: 'one', lane, deadlineAt } };
}

interface FakeResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** A governor on a fake clock, with the events and permits that it issued. */
export function createTestGovernor(options: Partial<GovernorOptions> = {}) {
  const clock = createFakeClock();
  const events: string[] = [];
  const permits: Permit[] = [];
  const governor: Governor = createGovernor({
    maxConcurrency: new Map(),
    connections: 64,
    maxQueued: 100,
    probe: async () => {},
    events: {
      onAdmit: () => {},
      onReject: (lane, reason) => events.push(`${lane} ${reason}`),
      onRetry: (operation) => events.push(`retry ${operation}`),
      onInvalidHeaders: () => events.push('invalid headers'),
    },
    clock,
    random: () => 0.5,
    ...options,
  });
  return {
    clock,
    events,
    permits,
    governor,
    /** Makes a read that ends when the test releases its permit. */
    read(request: CallRequest): Promise<unknown> {
      return governor.read(request, (permit) => new Promise(() => permits.push(permit)));
    },
    /** Makes a read with an immediate response. */
    async respond({ status, headers = {} }: FakeResponse): Promise<void> {
      await governor
        .read(requestFor('other'), async (permit) => permit.release({ status, headers, failure: null }))
        .catch(() => {});
    },
  };
}

/** Rate-limit headers with a window of 30 seconds. */
export function rateHeaders(left: number, resetMs: number, quota = 150): Record<string, string> {
  return {
    'x-rate-limit-requests-quota': String(quota),
    'x-rate-limit-requests-left': String(left),
    'x-rate-limit-time-reset-ms': String(resetMs),
    'x-rate-limit-time-window-ms': '30000',
  };
}
