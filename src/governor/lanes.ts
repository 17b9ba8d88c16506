/** Priority class of calls to the store. A user waits for an interactive call; bulk calls run in the background. */
export type Lane = 'interactive' | 'standard' | 'bulk';

/** All lanes, highest priority first. */
export const LANES: readonly Lane[] = ['interactive', 'standard', 'bulk'];

/** How much of the store's quota a lane gets, as fractions of 1. */
export interface LaneRule {
  /** Guaranteed fraction if the lanes together want more than the quota. */
  readonly share: number;
  /** Fraction kept from the bulk lane even if this lane had no recent demand. */
  readonly reserved: number;
}

export const LANE_RULES: Readonly<Record<Lane, LaneRule>> = {
  interactive: { share: 0.6, reserved: 0.2 },
  standard: { share: 0.3, reserved: 0 },
  bulk: { share: 0.1, reserved: 0 },
};

/** Fraction of the quota up to which reads that settle a write go before all other calls. */
export const SETTLING_SHARE = 0.1;

/** Number of connections for interactive calls only, in addition to those shared by all lanes. */
export const INTERACTIVE_CONNECTIONS = 16;

/** Fraction of the quota for interactive calls only, so the first one never waits for the end of the window. */
export const INTERACTIVE_RESERVE = 0.02;

/** Fraction of the quota that the gateway leaves unused: other apps send calls while our responses are in transit. */
export const HEADROOM = 0.015;

/** An operation with more REST calls than this runs in the bulk lane, for every caller. */
export const BULK_MIN_CALLS = 20;

/** A page with this number or a higher one is read in the bulk lane: a client that pages this deep reads everything. */
export const BULK_MIN_PAGE = 10;

/** The GraphQL operation that makes a call. All calls of an operation share one object. */
export interface CallOrigin {
  /** The callers within a lane share it fairly. */
  readonly caller: string;
  /** Becomes bulk when the operation turns out to be large. */
  lane: Lane;
  /** Deadline of the operation, on the governor's monotonic clock, in milliseconds. */
  readonly deadlineAt: number;
}
