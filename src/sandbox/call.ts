import type { CredentialGuard } from './credential-guard.ts';
import type { Changes } from './ledger.ts';
import type { Limits } from './limits.ts';
import type { Query } from './query.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** The ids in the path, 0 where it has none. The router lets only digits through. */
export interface PathIds {
  readonly customerId: number;
  readonly metafieldId: number;
  readonly channelId: number;
  readonly hookId: number;
}

/** One request as a handler sees it: routed, allowed, its body parsed. */
export interface Call {
  readonly store: Store;
  /** What a write tells about itself, for the ledger and the webhooks. */
  readonly changes: Changes;
  readonly ids: PathIds;
  readonly query: Query;
  /** The parsed JSON body; undefined when none was sent. */
  readonly body: unknown;
  readonly storeHash: string;
  /** The API account behind the token. */
  readonly clientId: string;
  readonly switches: Switches;
  readonly limits: Limits;
  readonly credentialGuard: CredentialGuard;
  /** The store's clock, in whole unix seconds. */
  readonly nowSeconds: number;
}
