/** Calls back when the moment is over in which something gathers. `gathered` tells how much there is by now. */
export type WhenOver = (send: () => void, gathered: () => number) => void;

/** Milliseconds after which nothing more is waited for, however many still arrive. */
const LONGEST_MS = 10;

/**
 * A moment is over when the event loop has come round and brought nothing new. Nobody waits for a clock: who is alone
 * waits for microseconds, and who is not waits while the others' requests are being read.
 */
export const whenQuiet: WhenOver = (send, gathered) => {
  const end = performance.now() + LONGEST_MS;
  function comeRound(before: number): void {
    setImmediate(() => {
      const now = gathered();
      if (now === before || performance.now() >= end) send();
      else comeRound(now);
    });
  }
  // The round that runs has read its sockets already, in part: the one that counts begins when it ends.
  setImmediate(() => comeRound(gathered()));
};
