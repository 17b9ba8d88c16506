/** A start that failed because of a setting, which the message names. */
export class SettingError extends Error {}

/** The variables that choose the address of a port. */
export interface PortSettings {
  /** Null if the address is fixed. */
  readonly host: string | null;
  readonly port: string;
}

const NO_ADDRESS: ReadonlySet<string | undefined> = new Set([
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EAI_AGAIN',
  'EINVAL',
  'ENOTFOUND',
]);
/** What fails while a port is opened. Files and connections fail in others. */
const CALLS: ReadonlySet<string | undefined> = new Set(['bind', 'getaddrinfo', 'listen']);

/** Runs what opens a port. @throws SettingError that names the setting at fault, if the port cannot be opened */
export async function openingPort<T>({ host, port }: PortSettings, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    // The sandbox store opens its file too.
    const { code, syscall, port: number } = error as NodeJS.ErrnoException & { readonly port?: number };
    if (code === 'ERR_SQLITE_ERROR') throw new SettingError('SANDBOX_FILE cannot be opened as a database');
    if (!CALLS.has(syscall)) throw error;
    if (code === 'EADDRINUSE') throw new SettingError(`port ${number} is in use: set ${port} to another one`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new SettingError(
        `this user may not open port ${number} (${code}): set ${port} to another one, above 1023`,
      );
    if (NO_ADDRESS.has(code))
      throw new SettingError(`${host ?? 'the loopback address'} is not an address of this machine (${code})`);
    throw error;
  }
}
