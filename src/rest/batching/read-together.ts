/**
 * Awaits reads that were begun together. If some fail, the others are awaited nevertheless, so that no call is made after
 * the response to the operation, whose cost report would lack it. @throws the error of the first that fails, in their order
 */
export async function readTogether<T>(reads: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(reads);
  return Promise.all(reads);
}
