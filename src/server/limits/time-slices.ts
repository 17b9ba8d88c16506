import { RenewedSet } from '../../renewed-collections.ts';

/** Divides long work on the event loop into slices, so no request holds up the others. */
export interface TimeSlices {
  /** A share of the time of its own: tasks with waiting work take turns. */
  createTask(): Task;
}

/** The work of one request. */
export interface Task {
  /** Whether the slice of the current turn of the event loop is used up. Ask at least once per millisecond of work. */
  isOver(): boolean;
  /** Runs a piece of work in a later turn. Pieces run in the order in which they were added. */
  defer(run: () => void): void;
  /** Resolves in a later turn. */
  nextSlice(): Promise<void>;
  /** Resolves when no deferred work is left. Null if there is none now. */
  deferredWork(): Promise<void> | null;
}

export interface TimeSlicesOptions {
  /** Length of a slice, in milliseconds. @default 25 */
  readonly sliceMs?: number;
  /** Monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

interface Queue {
  readonly work: (() => void)[];
  readonly onCaughtUp: (() => void)[];
}

/** The clock is read at every eighth check: reading it takes longer than most of the work between two. */
const CHECKS_PER_READING = 8;

export function createTimeSlices({
  sliceMs = 25,
  now = () => performance.now(),
}: TimeSlicesOptions = {}): TimeSlices {
  // The task whose turn it is comes first.
  const waiting = new RenewedSet<Queue>();
  let sliceEndsAt = 0;
  let isNewTurn = true;
  let checksLeft = 0;
  let wasOver = false;
  let isScheduled = false;

  function startSlice(): void {
    sliceEndsAt = now() + sliceMs;
    checksLeft = 0;
  }

  function isOver(): boolean {
    if (isNewTurn) {
      isNewTurn = false;
      startSlice();
      setImmediate(() => {
        isNewTurn = true;
      });
    }
    checksLeft -= 1;
    if (checksLeft > 0) return wasOver;
    checksLeft = CHECKS_PER_READING;
    wasOver = now() >= sliceEndsAt;
    return wasOver;
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => void runSlice());
  }

  async function runSlice(): Promise<void> {
    isScheduled = false;
    startSlice();
    do {
      const [queue] = waiting;
      if (queue === undefined) return;
      waiting.delete(queue);
      queue.work.shift()?.();
      // Work that resolves a promise continues in a microtask, which counts too.
      await null;
      if (queue.work.length > 0) waiting.add(queue);
      else for (const run of queue.onCaughtUp.splice(0)) run();
    } while (now() < sliceEndsAt);
    isNewTurn = true;
    if (waiting.size > 0) schedule();
  }

  return {
    createTask() {
      const queue: Queue = { work: [], onCaughtUp: [] };

      function defer(run: () => void): void {
        queue.work.push(run);
        waiting.add(queue);
        schedule();
      }

      return {
        isOver,
        defer,
        nextSlice: () => new Promise((resolve) => defer(resolve)),
        deferredWork: () =>
          queue.work.length === 0 ? null : new Promise((resolve) => queue.onCaughtUp.push(resolve)),
      };
    },
  };
}
