import type { Lane } from './lanes.ts';

/** A call that waits for its turn. */
export interface QueuedCall {
  readonly operation: string;
  readonly caller: string;
  /** Whether it settles a write, so it must not be evicted. */
  readonly settlesWrite: boolean;
  /** Whether it goes before all lanes. */
  readonly isUrgent: boolean;
  lane: Lane;
  /** On the governor's monotonic clock, in milliseconds, like the deadline. */
  readonly queuedAt: number;
  deadlineAt: number;
  readonly start: () => void;
  readonly reject: (error: unknown) => void;
}
