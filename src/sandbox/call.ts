import type { Query } from './query.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** One request as a handler sees it: routed, allowed, its body parsed. */
export interface Call {
  readonly store: Store;
  /** Ids from the path by name. The router lets only digits through. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
  /** The parsed JSON body; undefined when none was sent. */
  readonly body: unknown;
  /** The API account behind the token. */
  readonly clientId: string;
  readonly switches: Switches;
  /** The store's clock, in whole unix seconds. */
  readonly nowSeconds: number;
}
