/** What an operation of the library does on a fresh sandbox, if it does more than return data. */
export interface Expected {
  /** The `extensions.code` of each error of the answer, in order. */
  readonly errorCodes?: readonly string[];
  /** The outcome of each item of a write, in order. */
  readonly outcomes?: readonly string[];
  /** The same if the operation runs again at once. @default the same outcomes */
  readonly outcomesAgain?: readonly string[];
  /** The root fields that are null without an error. */
  readonly nullFields?: readonly string[];
}

/** A named operation that works at once on the sandbox. */
export interface LibraryOperation {
  /** Name of the operation in its document. Unique in the library. */
  readonly name: string;
  /** One line for the list of operations. */
  readonly title: string;
  /** What the operation shows and what it costs. */
  readonly explanation: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The `extensions` of the request, such as `{ "explain": true }`. @default `{ "upstream": true }` */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** REST calls that it makes on a fresh sandbox without a cache. */
  readonly calls: number;
  readonly expected?: Expected;
}

export interface Theme {
  readonly name: string;
  readonly operations: readonly LibraryOperation[];
}
