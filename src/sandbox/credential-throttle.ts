/** The platform's protection against password guessing: a maximum number of checks per sliding window, right or wrong. */
export interface CredentialThrottle {
  /** Counts a check. False if the window already has the maximum. */
  tryAcquire(): boolean;
  clear(): void;
}

/** @param checks Maximum number of checks per window; 0 = unlimited. */
export function createCredentialThrottle(
  checks: number,
  windowMs: number,
  now: () => number,
): CredentialThrottle {
  let times: number[] = [];
  return Object.freeze({
    tryAcquire() {
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
