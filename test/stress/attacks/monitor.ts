import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What a process was busy with since the monitor started. */
export interface Readings {
  /** Longest time for which the event loop ran nothing else, without garbage collection, in milliseconds. */
  readonly longestHoldMs: number;
  /** Largest resident memory of the process since its start, in MB. */
  readonly peakMb: number;
}

interface Period {
  readonly start: number;
  readonly end: number;
}

/** Time between two looks at the clock, in milliseconds. */
const TICK_MS = 5;

/** Watches the event loop of this process. CPU time counts, not time: other processes of a busy machine do not matter. */
export function startMonitor(): { read(): Promise<Readings> } {
  const collections: Period[] = [];
  const holds: (Period & { readonly cpuMs: number })[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      collections.push({ start: startTime, end: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  let before = performance.now();
  let cpuBefore = cpuMs();
  const timer = setInterval(() => {
    const [now, cpuNow] = [performance.now(), cpuMs()];
    if (now - before > 2 * TICK_MS) holds.push({ start: before, end: now, cpuMs: cpuNow - cpuBefore });
    before = now;
    cpuBefore = cpuNow;
  }, TICK_MS);

  return {
    async read() {
      // The observer is called in a later turn.
      for (let i = 0; i < 3; i += 1) await nextTurn();
      clearInterval(timer);
      observer.disconnect();
      const lengths = holds.map((hold) => hold.cpuMs - overlapMs(hold, collections));
      return {
        longestHoldMs: Math.max(0, ...lengths),
        peakMb: process.resourceUsage().maxRSS / 1024,
      };
    },
  };
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function overlapMs({ start, end }: Period, others: readonly Period[]): number {
  return others.reduce(
    (sum, other) => sum + Math.max(0, Math.min(end, other.end) - Math.max(start, other.start)),
    0,
  );
}
