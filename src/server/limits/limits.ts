import { GatewayError } from '../../errors.ts';

/** Maximum size of an operation. A fragment counts each time it is spread. */
export interface Limits {
  /** Characters of the document. */
  readonly characters: number;
  /** Lexical tokens of the document. */
  readonly tokens: number;
  /** Levels of nested fields. */
  readonly depth: number;
  /** How often a field may be nested in itself. The number of records can multiply at each level. */
  readonly recursion: number;
  /** Fields and fragments in total. */
  readonly selections: number;
  readonly aliases: number;
  /** Root fields of the operation. */
  readonly rootFields: number;
  readonly directives: number;
  /** How often one selection set may repeat a response name, or a field with the same arguments. */
  readonly repeats: number;
  /** Items of one list, in the document or in the variables. */
  readonly listItems: number;
}

/** Limits that are not configurable, because no legitimate operation reaches them. */
export const FIXED_LIMITS = {
  // The parser and document visitors are recursive, so deep nesting would overflow the stack.
  nesting: 200,
  // At most @skip, @include, @defer and @stream, once each.
  directivesAtOnePlace: 8,
  // Each operation is checked separately with all its fragments.
  operations: 50,
  // A login checks one password. Many in one request are a brute-force attempt.
  passwordChecks: 3,
  variables: 1_000,
  // Validation compares every pair of fragments, and every pair of fields with the same response name.
  fragments: 200,
  comparisons: 50_000,
} as const;

export type LimitName = keyof Limits | keyof typeof FIXED_LIMITS;

/**
 * The error for an exceeded limit.
 *
 * @param actual counted so far: counting stops at the limit, so the operation may have more
 */
export function limitExceeded(limitName: LimitName, actual: number, limit: number): GatewayError {
  return new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The operation is too large: at least ${actual} ${LIMIT_LABELS[limitName]}, the limit is ${limit}.`,
    { limitName, actual, limit },
  );
}

const LIMIT_LABELS: Readonly<Record<LimitName, string>> = {
  characters: 'characters',
  tokens: 'tokens',
  nesting: 'levels of brackets and fragments',
  depth: 'levels of fields',
  recursion: 'levels of a field nested in itself',
  selections: 'fields and fragments',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  directivesAtOnePlace: 'directives at one location',
  repeats: 'repeats of one field in one selection set',
  operations: 'operations',
  passwordChecks: 'password checks',
  variables: 'variables',
  fragments: 'fragments',
  comparisons: 'pairs of fields with the same response name',
  listItems: 'items in a list',
};
