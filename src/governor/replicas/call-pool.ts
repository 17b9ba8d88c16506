/** The store's current window, as the responses to one replica show it. */
export interface SeenWindow {
  /** Calls granted per window. */
  readonly quota: number;
  /** The least number of calls left that a response of this window stated. */
  readonly left: number;
  readonly lengthMs: number;
  /** Milliseconds from now until the window is certainly over; negative if it is. */
  readonly endsInMs: number;
}

/** What one replica tells the others. All numbers are totals, so a lost report is made good by the next one. */
export interface PoolReport {
  /** Calls that count against the quota although no response has shown it: leased, in flight, or without a response. */
  readonly outstanding: number;
  /** Further calls that the replica would send now. */
  readonly wanted: number;
  /** Whether the replica has sent calls since its last report. */
  readonly isActive: boolean;
  /** Responses since the start of the process. */
  readonly answered: number;
  /** Null if no response has shown one. */
  readonly window: SeenWindow | null;
  /** Whether the responses to this replica show a sliding window. */
  readonly isSliding: boolean;
  /** Replicas that this one knew when it lost the pool; 0 if it has not lost it. */
  readonly expected: number;
  /** Calls of the operations that have a limit of their own. */
  readonly operations: Readonly<Record<string, OperationReport>>;
}

/** Calls of one operation. */
export interface OperationReport {
  /** Calls in flight. */
  readonly outstanding: number;
  /** Further calls that the replica would send now. */
  readonly wanted: number;
  /** Maximum number of calls in flight, over all replicas. */
  readonly cap: number;
}

/** What all replicas together know. */
export interface PoolState {
  /** Calls leased by this exchange. */
  readonly granted: number;
  /** Calls that are not leased to any replica. */
  readonly free: number;
  /** Null until a response to any replica has shown it. */
  readonly window: PoolWindow | null;
  /** Null unless a replica has recently found that the store's window slides. Nothing is leased then. */
  readonly sliding: SlidingWindow | null;
  /** Number of replicas that take part. */
  readonly replicas: number;
  /** Number of replicas that have wanted calls within a window. At least 1. */
  readonly activeReplicas: number;
  /** Calls leased by this exchange, by operation. */
  readonly operations: Readonly<Record<string, number>>;
}

export interface SlidingWindow {
  /** Calls that each replica may start until what was sent before has left the window. */
  readonly share: number;
  /** Whether it was found so shortly ago that the replica took part then. */
  readonly isNew: boolean;
}

export interface PoolWindow {
  /** Grows with each window. */
  readonly number: number;
  readonly quota: number;
  /** The least number of calls left that a response stated. */
  readonly left: number;
  readonly lengthMs: number;
  /** Milliseconds until the window is certainly over; 0 if it is, and no response has shown the next one. */
  readonly resetMs: number;
  /** Calls of other apps in this window, as far as responses show them. */
  readonly otherApps: number;
}

/** The store's quota and the limits of its operations, shared by all replicas. */
export interface CallPool {
  /** Reports, and leases calls. Rejects if the pool cannot be reached. */
  exchange(report: PoolReport): Promise<PoolState>;
  /** Reports for the last time. What the replica has leased is free from then on. */
  leave(report: PoolReport): Promise<void>;
}
