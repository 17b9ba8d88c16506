/** The exit codes of every command. */
export const EXIT_CODES = {
  /** The command did what it was asked to do. */
  done: 0,
  /** The command could not do it, or found something wrong. */
  failed: 1,
  /** The arguments are wrong, and nothing was done. */
  usage: 2,
} as const;

export const EXIT_CODES_HELP = `Exit codes: ${EXIT_CODES.done} done, ${EXIT_CODES.failed} failed or something is wrong, ${EXIT_CODES.usage} wrong arguments.`;
