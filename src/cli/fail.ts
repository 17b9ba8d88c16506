import { GatewayError } from '../errors.ts';
import { SettingError } from './opening-port.ts';

/** Prints lines to stderr, and makes the process exit with status 1 when it ends. */
export function fail(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

/** Why a command failed, in one line. @param isServer whether it runs until it is stopped */
export function errorMessage(error: unknown, isServer: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  // The store's answer, or why there is none; or the setting at fault.
  if (error instanceof GatewayError || error instanceof SettingError) return message;
  return isServer ? `could not start: ${message}` : `failed: ${message}`;
}
