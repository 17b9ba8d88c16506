import type { Caller } from '../access/caller.ts';
import { ownCustomerId } from '../access/permission.ts';
import { toGlobalId } from './inputs/ids.ts';

/** Identifies a caller to a client cache. That of a shopper does not depend on the key that hashes names. */
export function viewerId(caller: Caller): string {
  const own = ownCustomerId(caller);
  return own === null ? toGlobalId('Viewer', caller.kind, caller.name) : toGlobalId('Viewer', own);
}
