/** The platform's protection against password guessing: a maximum number of checks per sliding window, right or wrong. */
export interface CredentialGuard {
  /** Counts a check. False if the window already has the maximum. */
  admit(): boolean;
  clear(): void;
}

/** @param checks Maximum number of checks per window; 0 = unlimited. */
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
