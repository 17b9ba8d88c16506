import type { Rest } from '../../rest/index.ts';
import type { WriteOperation } from '../../rest/operations.ts';
import type { WriteReply } from '../../rest/writes/reply.ts';
import type { MatchRules } from './match.ts';
import type { Before, ReadingState, WriteKind } from './outcome.ts';
import type { ItemError, ItemResult } from './results.ts';

/** What a read shows of an item. */
export type Reading<R> =
  | { readonly state: 'holds' | 'duplicate'; readonly record: R }
  | { readonly state: 'differs'; readonly record: R | null }
  /** The record has what was sent in another spelling, which can also be that of an older value. */
  | { readonly state: 'respelled'; readonly record: R }
  | {
      readonly state: 'absent';
      /** Whether an older record can be it in another spelling. @default false */
      readonly hasLookalike?: boolean;
    }
  | { readonly state: Exclude<ReadingState, 'unread' | 'holds' | 'duplicate' | 'differs' | 'absent'> };

/** The dates that the store gives a record. */
export interface Dates {
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** What a read-back can use. */
export interface ReadBackContext<I, R> {
  readonly rest: Rest;
  /** Whether the store had a record before the first attempt, by its id or by its creation date. */
  readonly existedBefore: (record: R) => boolean;
  /** Whether the id of a record shows that it was created since the first attempt. */
  readonly hasNewId: (record: R) => boolean;
  /** Whether the store rejected an item because of another record. */
  readonly isTaken: (item: I) => boolean;
  /** Whether a record was certainly not changed since the first attempt at an item. */
  readonly isUnchanged: (record: R, item: I) => boolean;
}

/** How one kind of write works. `I` is an input item, `R` the record that it writes. */
export interface WriteSpec<I extends object, R> {
  /** Name of the list in the input, for error paths. */
  readonly list: string;
  readonly operation: Pick<WriteOperation, 'maxItems' | 'retry'>;
  readonly kind: WriteKind;
  /** Name of the kind of record: ids of one kind ascend. */
  readonly entity: string;
  /** Validates an item before anything is sent. */
  readonly check: (item: I) => readonly ItemError[];
  /** Identifies what an item writes, over all requests. Writes that share a key can undo each other. */
  readonly keysOf: (item: I) => readonly string[];
  /** Two items that share one of these are duplicates. @default the first of `keysOf` */
  readonly duplicateKeysOf?: (item: I) => readonly string[];
  /**
   * Result of a duplicate, from the result of the first item with its key.
   * @default INVALID, with the first item's index
   */
  readonly onDuplicate?: (first: ItemResult<R>) => ItemResult<R>;
  readonly send: (items: readonly I[]) => Promise<WriteReply<R>>;
  /** Splits the items into calls. @default as many items per call as the operation allows */
  readonly batches?: (items: readonly I[]) => readonly (readonly I[])[];
  /**
   * What is known before anything is sent: a result, for example NOT_FOUND, or what the store has. Items with a result
   * are not sent.
   */
  readonly precheck?: (
    items: readonly I[],
  ) => Promise<ReadonlyMap<I, ItemResult<R> | Exclude<Before, 'unknown'>>>;
  readonly match: MatchRules<I, R>;
  /** Reads the current state of each item. Items that could not be read are left out. */
  readonly readBack: (
    items: readonly I[],
    context: ReadBackContext<I, R>,
  ) => Promise<ReadonlyMap<I, Reading<R>>>;
  /** The same for items that are missing in a response. @default `readBack` */
  readonly explainMissing?: WriteSpec<I, R>['readBack'];
  /** The id of a record, if it has one. */
  readonly idOf?: (record: R) => number;
  /** Whether the store certainly had a record before, if more than ids and dates tells. @default nothing does */
  readonly isKnown?: (record: R) => boolean;
  /** The dates of a record, if the store gives it any. */
  readonly datesOf?: (record: R) => Dates;
  /** Tells states of a record apart. @default its JSON */
  readonly versionOf?: (record: R) => string;
  /** Whether this item can be sent again. @default as the operation says */
  readonly mayRetry?: (item: I) => boolean;
  /** The error if another record has what must be unique. */
  readonly taken?: ItemError;
  /** Whether the record that an item is rejected for is read although nothing else requires it. @default false */
  readonly readsExisting?: boolean;
}
