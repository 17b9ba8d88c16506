/** What one check of the doctor found. */
export interface Finding {
  /** What was checked: `token`, `quota`. */
  readonly check: string;
  readonly state: FindingState;
  /** What was found, and what to do about it. Contains no secrets and no personal data. */
  readonly message: string;
}

export type FindingState =
  | 'ok'
  /** The gateway, or a part of it, does not work as configured. */
  | 'wrong'
  /** Works, but is worth knowing. */
  | 'notice'
  /** Could not be seen. */
  | 'unknown'
  /** Is not configured. */
  | 'off';

export function finding(check: string, state: FindingState, message: string): Finding {
  return { check, state, message };
}
