/** The result of a command. */
export interface CommandResult {
  /** Lines for standard output, which programs can read: a key, a list. */
  readonly output: readonly string[];
  /** Lines for standard error, for people. */
  readonly messages: readonly string[];
  readonly failed: boolean;
}

export function failure(...messages: readonly string[]): CommandResult {
  return { output: [], messages, failed: true };
}
