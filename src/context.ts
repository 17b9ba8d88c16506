import type { Caller } from './access/caller.ts';
import type { ShopperSignIn } from './access/shoppers/index.ts';
import { errorFor } from './access/store-failures.ts';
import type { PasswordThrottle } from './access/throttle/password-throttle.ts';
import { type CancelSignal, eitherSignal } from './cancel-signal.ts';
import type { GatewayError } from './errors.ts';
import type { GovernorState } from './governor/governor.ts';
import type { CallOrigin } from './governor/lanes.ts';
import { createSettlingAllowance } from './governor/settling-priority.ts';
import type { DefinitionsCache } from './loaders/definitions.ts';
import { createLoaders, type Loaders } from './loaders/index.ts';
import { createMetafieldLookup, type MetafieldLookup } from './loaders/metafield-lookup.ts';
import type { CallLog } from './rest/client/call-log.ts';
import type { CallPath } from './rest/client/call-path.ts';
import type { Freshness } from './rest/client/freshness.ts';
import { createRest, type Rest } from './rest/index.ts';
import type { CustomerAttributeDefinition } from './rest/records/attributes.ts';
import type { FormFieldDefinition } from './rest/records/form-fields.ts';
import type { Shortcuts } from './rest/shortcuts.ts';
import type { OnUnexpectedField } from './rest/wire/decode.ts';
import type { RecentWrites } from './rest/writes/recent-writes.ts';

/** How mutations run: their limits, their clocks, and what stops them. */
export interface WriteContext {
  /** Whether the caller has disconnected or the gateway stops. Calls that are not sent by then are never sent. */
  readonly isCancelled: () => boolean;
  /** Maximum number of items in one mutation. */
  readonly maxItems: number;
  /** Milliseconds in which a write can still take effect after its response was lost. A read-back is conclusive only after that. */
  readonly lateWriteMs: number;
  /** Makes the reads that settle one batch: a limited number of them has no deadline and is never evicted. */
  readonly createSettlingRest: () => Rest;
  /** Reads the metafields that customers have, before they are written. It bypasses the cache. */
  readonly metafieldsOf: MetafieldLookup;
  /** What is remembered of the writes of all requests. */
  readonly recent: RecentWrites;
  /** Unix milliseconds of the store's clock, which sets the timestamps of its records. */
  readonly storeNow: () => number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Keeps the gateway from closing until the outcome of a write is known. */
  readonly waitUntil: <T>(work: Promise<T>) => Promise<T>;
  /** The failure of the store that the caller may see in place of this one. */
  readonly shownFailure: (failure: GatewayError) => GatewayError;
}

/** The dependencies of the resolvers of one GraphQL request. */
export interface Context {
  /** Identity and scopes of the caller. */
  readonly caller: Caller;
  /** Identifies the store, to which cursors are bound. */
  readonly storeHash: string;
  /** Caller, lane and deadline under which the governor admits the calls of this request. */
  readonly origin: CallOrigin;
  /** Reads, which end when the caller disconnects. */
  readonly loaders: Loaders;
  /** Writes, and the reads that they begin with. All finish even if the caller disconnects. */
  readonly rest: Rest;
  readonly writes: WriteContext;
  /** Cache of attribute definitions, shared by all requests. */
  readonly definitions: DefinitionsCache<CustomerAttributeDefinition>;
  /** Counts wrong passwords over all requests. */
  readonly passwordThrottle: PasswordThrottle;
  /** Signs shoppers in. Null if it is off. */
  readonly signIn: ShopperSignIn | null;
  /** Stands for the address of the client: equal addresses have equal names. */
  readonly client: string;
  readonly callLog: CallLog;
  readonly quotaState: QuotaState;
  /** Names or ids of the attributes that shoppers can read on their own customer. */
  readonly shopperAttributes: readonly string[];
}

/** What is known of the store's quota, and the calls that wait for it. */
export type QuotaState = () => Pick<GovernorState, 'quota' | 'queued'>;

export type OnHiddenFailure = (failure: GatewayError) => void;

/** What all requests to one store share. Made once. */
export interface SharedContext {
  readonly storeHash: string;
  /** The way of all calls to the store. */
  readonly callPath: CallPath;
  readonly quotaState: QuotaState;
  readonly definitions: DefinitionsCache<CustomerAttributeDefinition>;
  /** Cache of the form fields that values have shown. */
  readonly formFieldDefinitions: DefinitionsCache<FormFieldDefinition>;
  readonly shortcuts: Shortcuts;
  readonly passwordThrottle: PasswordThrottle;
  /** @default null: off */
  readonly signIn?: ShopperSignIn | null;
  readonly writes: Omit<WriteContext, 'isCancelled' | 'createSettlingRest' | 'metafieldsOf' | 'shownFailure'>;
  /** Aborted when the gateway stops. */
  readonly shutdownSignal: CancelSignal;
  readonly onUnexpectedField: OnUnexpectedField;
  /** Names or ids of the attributes that shoppers can read on their own customer. */
  readonly shopperAttributes: readonly string[];
}

/** What belongs to one request. */
export interface RequestContext {
  readonly caller: Caller;
  /** Stands for the address of the client. @default 'unknown' */
  readonly client?: string;
  /** Aborted when the caller disconnects. */
  readonly signal: CancelSignal;
  /** Deadline of the operation, by the governor's clock. */
  readonly deadlineAt: number;
  readonly callLog: CallLog;
  /** What the request asks of the age of its answers. @default nothing */
  readonly freshness?: Freshness;
  /** Called with each failure of the store whose details the caller may not see. */
  readonly onHiddenFailure: OnHiddenFailure;
  /** Resolves when the execution has done the work that it deferred. Null if there is none. @default nothing is deferred */
  readonly deferredWork?: () => Promise<void> | null;
}

/** Makes the context of one request. */
export function createContext(shared: SharedContext, request: RequestContext): Context {
  const { callPath, shutdownSignal, onUnexpectedField } = shared;
  const { caller, client = 'unknown', signal, deadlineAt, callLog, onHiddenFailure } = request;
  const { deferredWork, freshness } = request;
  const { countCached: onCached, countCoalesced: onCoalesced, keepField } = callLog;
  const batching = { onCoalesced, keepField, ...(deferredWork && { deferredWork }) };
  const shownFailure = (failure: GatewayError) => {
    const shown = errorFor(caller, failure);
    if (shown !== failure) onHiddenFailure(failure);
    return shown;
  };
  const origin = { caller: caller.name, lane: caller.lane, deadlineAt };
  const writeSignal = eitherSignal(signal, shutdownSignal);
  const clientOptions = { callPath, writeSignal, onUnexpectedField };
  const reader = createRest({
    ...clientOptions,
    requester: { origin, callLog, signal, ...(freshness && { freshness }) },
  });
  const { definitions, shortcuts } = shared;
  const loaders = createLoaders({
    rest: reader,
    definitions,
    formFieldDefinitions: shared.formFieldDefinitions,
    shortcuts,
    onCached,
    batching,
    maxAgeMs: freshness?.maxAgeMs,
  });
  // No request signal here: the outcome of a write is settled before it is reported, even if the caller disconnects.
  const rest = createRest({ ...clientOptions, requester: { origin, callLog } });
  const createSettlingRest = () =>
    createRest({
      ...clientOptions,
      requester: { origin, callLog, settlesWrite: createSettlingAllowance() },
    });
  return {
    caller,
    storeHash: shared.storeHash,
    origin,
    loaders,
    rest,
    callLog,
    quotaState: shared.quotaState,
    definitions,
    passwordThrottle: shared.passwordThrottle,
    signIn: shared.signIn ?? null,
    client,
    shopperAttributes: shared.shopperAttributes,
    writes: {
      ...shared.writes,
      createSettlingRest,
      metafieldsOf: (selections) => createMetafieldLookup(rest, shortcuts)(selections),
      shownFailure,
      isCancelled: () => writeSignal.aborted,
    },
  };
}
