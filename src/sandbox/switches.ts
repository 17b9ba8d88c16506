/**
 * Behaviour that the vendor's documentation leaves open. Each switch is a question, each value a possible answer, and
 * each default the answer with the best evidence. A correct client works with all values.
 */
export interface Switches {
  /** Does a 422 for one item of a batch roll back the items before it? Not documented. @default true */
  readonly atomicBatches: boolean;
  /** Is the quota's window fixed (it starts with the first request) or sliding? Recorded: fixed. @default 'fixed' */
  readonly window: 'fixed' | 'sliding';
  /** Are settings wrapped as `{data, meta}`? They are in current documentation and recordings. @default true */
  readonly settingsEnvelope: boolean;
  /** Are state and postal code required if the country has them? The description contradicts itself. @default false */
  readonly strictAddresses: boolean;
  /** Does an empty string or list clear a form field of any type? Not documented. @default true */
  readonly emptyClearsFormField: boolean;
  /** Is a DELETE without `id:in` a 422, not a 204 without effect? Not for customers. @default false */
  readonly deleteRefusesEmptyList: boolean;
  /** Must an email address be unique per channel, not per store? @default false */
  readonly emailPerChannel: boolean;
  /** Does a list with `sort` have cursors? Not documented. @default false */
  readonly cursorWithSort: boolean;
  /** Are there cursors? Stores had none before 2025. @default true */
  readonly cursors: boolean;
  /** Do the paging blocks have `links`? Documented, but never recorded for customers. @default false */
  readonly paginationLinks: boolean;
  /** What does `%3A` in the value of a date filter do? Reported: the filter is ignored. @default 'ignored' */
  readonly encodedDateColon: 'ignored' | 'honoured';
  /** Is an attribute value validated against the attribute's type? Not documented. @default false */
  readonly strictAttributeValues: boolean;
  /** Does a 429 of the quota have `X-Retry-After`? Documented as "not always there". @default true */
  readonly retryAfter: boolean;
  /** Are texts stored in another spelling: states by name, entities, NFC, single blanks, lower case? Reported for single fields. @default false */
  readonly respells: boolean;
}

export const defaultSwitches: Switches = {
  atomicBatches: true,
  window: 'fixed',
  settingsEnvelope: true,
  strictAddresses: false,
  emptyClearsFormField: true,
  deleteRefusesEmptyList: false,
  emailPerChannel: false,
  cursorWithSort: false,
  cursors: true,
  paginationLinks: false,
  encodedDateColon: 'ignored',
  strictAttributeValues: false,
  retryAfter: true,
  respells: false,
};
