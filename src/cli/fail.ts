import { GatewayError } from '../errors.ts';

/** Prints lines to stderr, and makes the process exit with status 1 when it ends. */
export function fail(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

/** Why a command failed, in one line. @param isServer whether it runs until it is stopped */
export function errorMessage(error: unknown, isServer: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  // The store's answer, or why there is none.
  if (error instanceof GatewayError) return message;
  return isServer ? startupErrorMessage(error, message) : `failed: ${message}`;
}

function startupErrorMessage(error: unknown, message: string): string {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is in use: set PORT or SANDBOX_PORT to another one`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'HOST is not an address of this machine';
  if (code === 'ERR_SQLITE_ERROR') return 'SANDBOX_FILE cannot be opened as a database';
  return `could not start: ${message}`;
}
