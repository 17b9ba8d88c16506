/**
 * What the documents leave open. Each switch is one question, each value one possible answer, and each default
 * the answer that is best supported; a client that is right works under all of them.
 */
export interface Switches {
  /** Does a 422 for one item of a batch undo the items before it? Not documented. @default true */
  readonly atomicBatches: boolean;
  /** Does the quota's window open with the first request, or move along? Recorded: fixed. @default 'fixed' */
  readonly window: 'fixed' | 'sliding';
  /** Do settings come as `{data, meta}` or bare? Today's pages and recordings wrap them. @default true */
  readonly settingsEnvelope: boolean;
  /** Are state and postcode required where the country has them? The description contradicts itself. @default false */
  readonly strictAddresses: boolean;
  /** Does a DELETE without `id:in`, customers apart, answer 422 instead of a 204 that does nothing? @default false */
  readonly deleteRefusesEmptyList: boolean;
  /** May one e-mail address exist once in every channel instead of once in the store? @default false */
  readonly emailPerChannel: boolean;
  /** Are there cursors on a listing that is sorted? Not documented. @default false */
  readonly cursorWithSort: boolean;
  /** Are there cursors at all? Stores had none before 2025. @default true */
  readonly cursors: boolean;
  /** Do the paging blocks carry `links`? Described, but never recorded on customers. @default false */
  readonly paginationLinks: boolean;
  /** What does `%3A` in the value of a date filter do? Reported: the filter is not applied. @default 'ignored' */
  readonly encodedDateColon: 'ignored' | 'honoured';
  /** Is an attribute's value checked against the attribute's type? Not documented. @default false */
  readonly strictAttributeValues: boolean;
  /** Does a 429 of the quota carry `X-Retry-After`? Documented as "not always there". @default true */
  readonly retryAfter: boolean;
}

export const defaultSwitches: Switches = {
  atomicBatches: true,
  window: 'fixed',
  settingsEnvelope: true,
  strictAddresses: false,
  deleteRefusesEmptyList: false,
  emailPerChannel: false,
  cursorWithSort: false,
  cursors: true,
  paginationLinks: false,
  encodedDateColon: 'ignored',
  strictAttributeValues: false,
  retryAfter: true,
};
