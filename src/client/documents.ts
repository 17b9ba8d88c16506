/**
 * A document with the types of its result and variables: a `TypedDocumentString` or a `TypedDocumentNode`, as GraphQL Code
 * Generator writes them.
 */
export interface TypedDocument<Result, Variables> {
  /** Never present: it carries the types. */
  readonly __apiType?: (variables: Variables) => Result;
}

/** What the client runs. A plain string and a plain `DocumentNode` have no types. */
export type Document<Result, Variables> =
  | string
  | TypedDocument<Result, Variables>
  | { readonly kind: string; readonly definitions: readonly unknown[] };

/** A document as it is sent. */
export interface SentDocument {
  /** The text, whether or not it is sent. Empty if only the hash is known. */
  readonly text: string;
  /** The text. Null if the hash is sent. */
  readonly query: string | null;
  /** The hash of a trusted document. */
  readonly documentId: string | null;
  /** Whether it only reads, so that it can be sent any number of times. */
  readonly isQuery: boolean;
}

/** How documents become what is sent. */
export interface DocumentOptions {
  /** Sends the hash of a document in place of its text. @default false */
  readonly trustedDocuments?: boolean;
  /** Turns a `DocumentNode` into text: `print` of the package `graphql`. @default none, documents are strings */
  readonly print?: (document: never) => string;
}

/** @throws TypeError if the text or the hash is needed and missing */
export function toSentDocument(
  document: Document<unknown, never>,
  { trustedDocuments = false, print }: DocumentOptions,
): SentDocument {
  const text = textOf(document, print);
  const hash = (document as { readonly __meta__?: { readonly hash?: unknown } }).__meta__?.hash;
  const documentId = typeof hash === 'string' ? hash : null;
  const sendsHash = trustedDocuments || text === '';
  if (sendsHash && documentId === null)
    throw new TypeError('The document has no hash: set `persistedDocuments` in the codegen configuration.');
  return {
    text,
    query: sendsHash ? null : text,
    documentId: sendsHash ? documentId : null,
    // A mutation always contains the word. Without the text nothing shows that it is a query.
    isQuery: text !== '' && !/\b(?:mutation|subscription)\b/.test(text),
  };
}

function textOf(document: Document<unknown, never>, print: DocumentOptions['print']): string {
  if (typeof document === 'string' || document instanceof String) return document.toString();
  if (!('definitions' in document))
    throw new TypeError('The document is not one of the last codegen: run codegen again.');
  if (print === undefined)
    throw new TypeError('The document is not a string: pass `print` of the package "graphql" to the client.');
  return print(document as never);
}
