import type { SeenWindow } from './call-pool.ts';

/** The store's window, as the responses to this replica show it. */
export interface SeenWindows {
  /** Records what a response says. @param endsAt when the window is certainly over, on the monotonic clock */
  observe(window: Omit<SeenWindow, 'endsInMs'>, endsAt: number): void;
  /** Null if no response has shown one. */
  latest(): SeenWindow | null;
}

/** @param now monotonic clock, in milliseconds */
export function createSeenWindows(now: () => number): SeenWindows {
  let seen: (Omit<SeenWindow, 'endsInMs'> & { readonly endsAt: number }) | null = null;

  return {
    observe(window, endsAt) {
      // Two windows begin at least one length apart.
      const half = window.lengthMs / 2;
      if (seen === null || endsAt > seen.endsAt + half) seen = { ...window, endsAt };
      else if (endsAt >= seen.endsAt - half) {
        const left = Math.min(seen.left, window.left);
        seen = { ...window, left, endsAt: Math.min(seen.endsAt, endsAt) };
      }
    },
    latest() {
      if (seen === null) return null;
      const { endsAt, ...window } = seen;
      return { ...window, endsInMs: endsAt - now() };
    },
  };
}
