/** Calls `send` when a batch should be sent. `pending` returns the current size of the batch. */
export type BatchSchedule = (send: () => void, pending: () => number) => void;

/** Maximum time that a batch stays open, in milliseconds, even if requests keep arriving. */
const MAX_WINDOW_MS = 10;

/**
 * Sends the batch after the first turn of the event loop that adds nothing to it. There is no timer: a lone request waits
 * for microseconds, and concurrent requests wait only while the others are being read.
 */
export const whenIdle: BatchSchedule = (send, pending) => {
  const end = performance.now() + MAX_WINDOW_MS;
  function nextTurn(before: number): void {
    setImmediate(() => {
      const current = pending();
      if (current === before || performance.now() >= end) send();
      else nextTurn(current);
    });
  }
  // The current turn has already read part of its sockets, so counting starts with the next one.
  setImmediate(() => nextTurn(pending()));
};
