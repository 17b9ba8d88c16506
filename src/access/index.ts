import type { Logger } from 'pino';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import { openKeyRing } from './key-ring.ts';

/** The ways in which callers may say who they are. */
export interface AccessOptions {
  /** Null where there are no keys. */
  readonly keys: { readonly file: string } | { readonly text: string } | null;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Opens all ways in, or answers what is wrong with them: one line a problem, none with a secret. */
export async function openAccess({
  keys,
  logger,
}: AccessOptions): Promise<
  { readonly authenticator: Authenticator } | { readonly problems: readonly string[] }
> {
  function onFile(problems: readonly string[]): void {
    if (problems.length === 0) logger.info('the keys file is good again');
    else logger.error({ problems }, 'the keys file is bad: the keys that were read before stay');
  }

  const opened = keys === null ? { ring: null } : await openKeyRing({ keys, onFile });
  if ('problems' in opened) return opened;
  return { authenticator: createAuthenticator({ keys: opened.ring }) };
}
