import type { ExecutionResult } from 'graphql';

/** A result with more extensions. */
export function withExtensions<R extends ExecutionResult>(result: R, extensions: object): R {
  return { ...result, extensions: { ...result.extensions, ...extensions } };
}

/** Whole seconds from one time to another, both in Unix milliseconds. */
export function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1_000));
}
