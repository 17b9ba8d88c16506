/**
 * Awaits reads that were begun together. If some fail, the others are awaited nevertheless, so that no call is made after
 * the response to the operation, whose cost report would lack it. @throws the error of the first that fails, in their order
 */
export async function readTogether<T extends readonly unknown[]>(
  reads: readonly [...T],
): Promise<{ readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(reads);
  return Promise.all(reads);
}
