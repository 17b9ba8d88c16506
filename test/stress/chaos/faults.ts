import type { FaultRule, Sandbox } from '../../../src/sandbox/index.ts';

/** Maximum delay of a late commit, in milliseconds of the run's clock. */
export const MAX_LATE_COMMIT_MS = 12_000;

const QUOTA_EXHAUSTED = { 'X-Rate-Limit-Requests-Left': '0', 'X-Rate-Limit-Time-Reset-Ms': '1000' };

/** The faults by name. Together they hit a fifth of all calls; a call is hit at most once. */
const FAULTS: Readonly<Record<string, Omit<FaultRule, 'probability'> & { readonly probability: number }>> = {
  'cut before commit': { probability: 0.034, fault: { kind: 'cut', when: 'before-commit' } },
  'cut after commit': { probability: 0.034, fault: { kind: 'cut', when: 'after-commit' } },
  'late, soon': { probability: 0.01, fault: { kind: 'late-commit', delayMs: 300, answer: 'cut' } },
  'late, 504': { probability: 0.01, fault: { kind: 'late-commit', delayMs: 3_000, answer: 504 } },
  'late, last': {
    probability: 0.01,
    fault: { kind: 'late-commit', delayMs: MAX_LATE_COMMIT_MS, answer: 'cut' },
  },
  '503, not done': { probability: 0.034, fault: { kind: 'status', status: 503 } },
  '500, done': { probability: 0.034, fault: { kind: 'status', status: 500, commits: true } },
  '429 of the quota': { probability: 0.01, fault: { kind: 'status', status: 429, headers: QUOTA_EXHAUSTED } },
  '429, not done': { probability: 0.01, fault: { kind: 'status', status: 429 } },
  '429, done': { probability: 0.005, fault: { kind: 'status', status: 429, commits: true } },
  truncated: { probability: 0.015, fault: { kind: 'truncate' } },
  'truncated, chunked': { probability: 0.015, fault: { kind: 'truncate', chunked: true } },
};

/** Makes a fifth of the store's calls fail, and adds latency to all of them. */
export function injectFaults({ faults }: Sandbox, seed: number, latestMs = MAX_LATE_COMMIT_MS): void {
  const factor = latestMs / MAX_LATE_COMMIT_MS;
  const rules = Object.values(FAULTS).map((rule) =>
    rule.fault.kind === 'late-commit'
      ? { ...rule, fault: { ...rule.fault, delayMs: rule.fault.delayMs * factor } }
      : rule,
  );
  faults.set([...rules, { fault: { kind: 'latency', ms: 0, upToMs: 200 * factor } }], { seed });
}

/** Number of calls that each fault has hit. */
export function faultHits({ faults }: Sandbox): Readonly<Record<string, number>> {
  const hits = faults.hits();
  return Object.fromEntries(Object.keys(FAULTS).map((name, place) => [name, hits[place] ?? 0]));
}
