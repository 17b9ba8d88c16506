/** Whose calls to the store go first. Someone waits for an interactive one; nobody waits for a bulk one. */
export type Lane = 'interactive' | 'standard' | 'bulk';

/** In the order in which they go. */
export const LANES: readonly Lane[] = ['interactive', 'standard', 'bulk'];

/** What a lane may take of the store, as parts of one. */
export interface LaneRule {
  /** Of the quota, what the lane gets where all of them want more than there is. */
  readonly share: number;
  /** Of the quota, what is kept for it from bulk although it has not asked for it lately. */
  readonly kept: number;
}

export const LANE_RULES: Readonly<Record<Lane, LaneRule>> = {
  interactive: { share: 0.6, kept: 0.2 },
  standard: { share: 0.3, kept: 0 },
  bulk: { share: 0.1, kept: 0 },
};

/** Connections that only interactive calls may take, beside those that all share. */
export const INTERACTIVE_CONNECTIONS = 16;

/** Of the quota, what only interactive calls may take, so that the first of them never waits for the window's end. */
export const INTERACTIVE_FLOOR = 0.02;

/** Of the quota, what nobody takes: foreign apps send while our answers are on their way. */
export const RESERVE = 0.015;

/** REST calls from which an operation is bulk, whoever asks for it. */
export const BULK_CALLS = 20;

/** Page number from which a page is bulk: whoever goes so deep walks through all of it. */
export const BULK_PAGE = 10;

/** For whom a call is made. One for all calls of a GraphQL operation. */
export interface Asker {
  /** Callers share a lane fairly. */
  readonly caller: string;
  /** Falls to bulk once the operation is known to be large. */
  lane: Lane;
  /** When the operation has to be answered, by the governor's clock. */
  readonly deadlineAt: number;
}
