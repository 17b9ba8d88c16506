import type { CredentialThrottle } from './credential-throttle.ts';
import type { ChangeBuffer } from './ledger.ts';
import type { Limits } from './limits.ts';
import type { Query } from './query.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** The ids in the path; 0 if the path has none. The router accepts only digits. */
export interface PathParams {
  readonly customerId: number;
  readonly metafieldId: number;
  readonly channelId: number;
  readonly hookId: number;
}

/** A request as a handler sees it: routed, admitted, with its body parsed. */
export interface Call {
  readonly store: Store;
  /** Where a write records its changes for the ledger and its events for webhooks. */
  readonly changes: ChangeBuffer;
  readonly ids: PathParams;
  readonly query: Query;
  /** The parsed JSON body; undefined if the request has no body. */
  readonly body: unknown;
  readonly storeHash: string;
  /** The API account of the token. */
  readonly clientId: string;
  readonly switches: Switches;
  readonly limits: Limits;
  readonly credentialThrottle: CredentialThrottle;
  /** The store's clock, in whole Unix seconds. */
  readonly nowSeconds: number;
}
