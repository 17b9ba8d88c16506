import { GatewayError } from '../errors.ts';

/**
 * The records of an answer to a write. What cannot be read is left out: its item is then read back. The store answers
 * `{ data: [...] }`, sometimes without `data` where it wrote nothing.
 */
export function recordsIn<R>(body: unknown, read: (item: unknown) => R): readonly R[] {
  const data = typeof body === 'object' && body !== null ? (body as { data?: unknown }).data : null;
  if (!Array.isArray(data)) return [];
  return data.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      if (error instanceof GatewayError) return [];
      throw error;
    }
  });
}

/** Whether a field holds what was sent: not sent fits all, null fits what is unset, and the store trims. */
export function holds(held: string | null, sent: string | null | undefined): boolean {
  return sent === undefined || (held ?? '').trim() === (sent ?? '').trim();
}

/** Whether a field holds what was sent, for what is no text. Null in a create is not sent. */
export function equals<T>(held: T | null | undefined, sent: T | null | undefined): boolean {
  return sent === undefined || sent === null || held === sent;
}
