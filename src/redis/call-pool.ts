import type { CallPool, PoolReport, PoolState } from '../governor/replicas/call-pool.ts';

/** Runs the script of the pool. @returns the encoded state, or a falsy value if it does not accept the report */
export type RunPoolScript = (id: string, report: string) => Promise<unknown>;

export interface CallPoolOptions {
  /** Identifies this replica. A process that is restarted is a new one. */
  readonly id: string;
  /** The fraction of the quota that a replica uses while it cannot reach the pool. */
  readonly quotaShare: number;
  readonly run: RunPoolScript;
}

/** A pool whose state a script keeps in Redis. */
export function createCallPool({ id, quotaShare, run }: CallPoolOptions): CallPool {
  let sequence = 0;

  // The numbers let the script ignore a report that a broken connection delayed.
  function encode(report: PoolReport, isLeaving: boolean): string {
    sequence += 1;
    return JSON.stringify({
      ...report,
      sequence,
      share: quotaShare,
      isLeaving,
      window: report.window ?? undefined,
    });
  }

  return {
    async exchange(report) {
      const state = await run(id, encode(report, false));
      if (typeof state !== 'string') throw new Error('the pool of calls refused a report');
      const parsed = JSON.parse(state) as Partial<PoolState> &
        Omit<PoolState, 'operations' | 'window' | 'sliding'>;
      return {
        ...parsed,
        window: parsed.window ?? null,
        sliding: parsed.sliding ?? null,
        operations: parsed.operations ?? {},
      };
    },
    async leave(report) {
      await run(id, encode(report, true));
    },
  };
}
