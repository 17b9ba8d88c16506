/** The platform's defence against guessing passwords: so many checks in a window, right or wrong. */
export interface CredentialGuard {
  /** Counts a check; false when there were too many. */
  admit(): boolean;
  clear(): void;
}

export function createCredentialGuard(checks: number, windowMs: number, now: () => number): CredentialGuard {
  let times: number[] = [];
  return Object.freeze({
    admit() {
      if (checks === 0) return true;
      times = times.filter((time) => time > now() - windowMs);
      if (times.length >= checks) return false;
      times.push(now());
      return true;
    },
    clear() {
      times = [];
    },
  });
}
