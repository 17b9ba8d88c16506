import type { Layer } from '../client/call.ts';
import type { WriteAttempt } from '../client/http.ts';
import type { WriteCall } from '../client/queue.ts';
import { effectOf } from './effects.ts';
import type { CacheStore } from './store.ts';

export interface InvalidateOptions {
  readonly store: Pick<CacheStore, 'getMany' | 'invalidate'>;
  /** Milliseconds for which a write whose response was lost can still take effect. */
  readonly lateWriteMs: number;
}

/**
 * Makes what a write changes unusable: when it is sent, and again when its outcome is known. The outcome is returned after
 * that, so no read that begins afterwards is answered with the state before the write.
 */
export function invalidate(
  { store, lateWriteMs }: InvalidateOptions,
  next: Layer<WriteAttempt, WriteCall>,
): Layer<WriteAttempt, WriteCall> {
  return async (call) => {
    const effect = await effectOf(call, store);
    if (effect === null) return next(call);
    await store.invalidate(effect.tags);
    let attempt: WriteAttempt | null = null;
    try {
      attempt = await next(call);
      return attempt;
    } finally {
      // Without an outcome it may have been sent.
      const isSettled = attempt !== null && attempt.outcome !== 'unknown';
      if (attempt?.outcome !== 'not-sent')
        await store.invalidate([...effect.tags, ...effect.afterwards(attempt)], isSettled ? 0 : lateWriteMs);
    }
  };
}
