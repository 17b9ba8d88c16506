import type { CancelSignal } from '../../cancel-signal.ts';
import type { CallOrigin } from '../../governor/lanes.ts';
import type { CallName } from '../errors.ts';
import { listParameter, type Parameter, queryString } from '../wire/query.ts';
import type { CallLog } from './call-log.ts';
import type { Freshness } from './freshness.ts';
import type { CallReport } from './http.ts';

/** One step of the way of a call: takes it, may change it, passes it to the next step and returns the answer. */
export type Layer<A, C = RestCall> = (call: C) => Promise<A>;

/** A REST call on its way to the store. */
export interface RestCall extends CallName {
  /** The GraphQL request that makes the call. */
  readonly requester: Requester;
  /** Optional parts of each record. More parts do not make more calls. */
  readonly include?: readonly string[];
  /** The filter by which a lookup selects its records. */
  readonly keys?: KeyFilter;
  /** All other parameters. */
  readonly parameters: readonly Parameter[];
  /** Whether all pages of the list are read. The answer is then one page. @default false */
  readonly allPages?: boolean;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Aborts the call. A call without a signal runs to its end. */
  readonly signal?: CancelSignal | undefined;
  /** What the requester asked for, if the call serves other requests too: its call log shows nothing of theirs. */
  readonly ownPart?: Pick<RestCall, 'include' | 'keys'>;
  /** Called when the call leaves the queue. Returns what was added while it was queued. @default nothing */
  readonly atStart?: (() => Pick<RestCall, 'include' | 'keys'>) | undefined;
  /** Milliseconds that the call was queued. @default 0 */
  readonly waitedMs?: number;
  /** Time limit of the call in milliseconds from when it is sent, if below that of all calls. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds left until the deadline of the operations that wait for the call. @default no deadline */
  readonly timeLeftMs?: (() => number) | undefined;
  /** Milliseconds until the store would take a call again that it rejected for a limit. @default not known */
  readonly retryAfterMs?: (() => number | null) | undefined;
  /** Called when the call has ended. */
  readonly onEnd?: ((report: CallReport) => void) | undefined;
}

/** The GraphQL request that a call is made for. */
export interface Requester {
  /** Caller, lane and deadline. */
  readonly origin: CallOrigin;
  readonly callLog: CallLog;
  /**
   * Aborted when the caller disconnects; aborts its reads. Reads without a signal belong to a write: they complete even
   * then, are not shared with other requests, and do not count against the operation's limit of reads.
   */
  readonly signal?: CancelSignal;
  /** What the request asks of the age of its answers. @default what the configuration says */
  readonly freshness?: Freshness;
  /** Whether one more read settles a write, so it has no deadline and is never evicted. @default none does */
  readonly settlesWrite?: () => boolean;
}

export type Key = string | number;

/** A filter by a list of keys, such as `id:in`. */
export interface KeyFilter {
  readonly name: string;
  /** Each value once. */
  readonly values: readonly Key[];
  /** The key that a record belongs to. Null if the record does not say. */
  readonly keyOf: (record: unknown) => Key | null;
  /** Whether lookups of other requests may be sent in the same call. */
  readonly mergeable: boolean;
}

/** All parameters of a call, in the order of the URL. */
export function parametersOf({
  include = [],
  keys,
  parameters,
}: Pick<RestCall, 'include' | 'keys' | 'parameters'>): readonly Parameter[] {
  if (include.length === 0 && keys === undefined) return parameters;
  return [
    ...(include.length === 0 ? [] : [listParameter('include', include)]),
    ...(keys === undefined ? [] : [listParameter(keys.name, keys.values)]),
    ...parameters,
  ];
}

/** The query string of a call, without the `?`. */
export function queryOf(call: Pick<RestCall, 'include' | 'keys' | 'parameters'>): string {
  return queryString(parametersOf(call));
}
