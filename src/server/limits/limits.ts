import { GatewayError } from '../../errors.ts';

/** How large an operation may be. Fragments count as often as they are spread. */
export interface Limits {
  /** Characters of a document. */
  readonly characters: number;
  /** Names, numbers, texts and signs of a document. */
  readonly tokens: number;
  /** Fields within fields. */
  readonly depth: number;
  /** How often a field may stand within itself: each time its records may multiply. */
  readonly recursion: number;
  /** Fields and fragments in all. */
  readonly selections: number;
  readonly aliases: number;
  /** Fields of the operation itself. */
  readonly rootFields: number;
  readonly directives: number;
  /** How often one field may stand in one place, under the same name or with the same arguments. */
  readonly repeats: number;
  /** Items of a list, in the document or in the variables. */
  readonly listItems: number;
}

/** What nobody needs more of, whatever else is allowed. */
export const FIXED_LIMITS = {
  // Parsers, and everyone who walks a document, call themselves for each level: too many, and their stack runs over.
  nesting: 200,
  // A field can use @skip, @include, @defer and @stream once each.
  directivesAtOnePlace: 8,
  // Each is checked by itself with all the fragments that it spreads.
  operations: 50,
  // Whoever checks one password checks one; whoever guesses would put many into one request.
  passwordChecks: 3,
  variables: 1_000,
  // Validation compares each fragment with each other one, and what stands in one place under one name likewise.
  fragments: 200,
  comparisons: 50_000,
} as const;

export type Limited = keyof Limits | keyof typeof FIXED_LIMITS;

/** The refusal of what is too large. Counting stops at the limit, so that the figure may be less than the whole. */
export function tooLarge(what: Limited, figure: number, limit: number): GatewayError {
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation is too large: ${figure} ${WORDS[what]} were counted, ${limit} are allowed.`,
    { what, figure, limit },
  );
}

const WORDS: Readonly<Record<Limited, string>> = {
  characters: 'characters',
  tokens: 'tokens',
  nesting: 'levels of brackets and fragments',
  depth: 'levels of fields',
  recursion: 'levels of one field within itself',
  selections: 'fields and fragments',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  directivesAtOnePlace: 'directives at one place',
  repeats: 'repeats of one field in one place',
  operations: 'operations',
  passwordChecks: 'checks of a password',
  variables: 'variables of an operation',
  fragments: 'fragments',
  comparisons: 'pairs of fields with one name in one place',
  listItems: 'items in a list',
};
