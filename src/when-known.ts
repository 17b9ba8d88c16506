/** A value that is there already, or a promise of it. Fields whose value came with their parent need no promise. */
export type Available<T> = T | Promise<T>;

/** Uses a value at once, or when it is there. */
export function whenKnown<T, R>(value: Available<T>, use: (value: T) => Available<R>): Available<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
