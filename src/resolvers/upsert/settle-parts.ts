import type { Context } from '../../context.ts';
import type { WritePayload, WriteResult } from '../writes/results.ts';
import type { Part, PartKind } from './draft.ts';

export type PartContext = Pick<Context, 'rest' | 'writes' | 'loaders' | 'caller' | 'definitions' | 'callLog'>;

/** The id of the customer to whom a part belongs. */
export function ownerOf({ draft }: Part): number {
  return draft.customer?.entityId ?? 0;
}

/**
 * Writes parts in one go, and settles them.
 * @param inputOf what the write takes of a part
 */
export async function settle<K extends PartKind, I, R>(
  { writes }: PartContext,
  parts: readonly Part<K>[],
  inputOf: (part: Part<K>) => I,
  write: (inputs: readonly I[]) => Promise<WritePayload<R>>,
  idOf: (record: R) => number | null,
): Promise<void> {
  const { maxItems } = writes;
  const slices = Array.from({ length: Math.ceil(parts.length / maxItems) }, (_, i) =>
    parts.slice(i * maxItems, (i + 1) * maxItems),
  );
  await Promise.all(
    slices.map(async (slice) => {
      const { results } = await write(slice.map(inputOf));
      for (const [place, part] of slice.entries()) {
        const result = results[place];
        if (result === undefined) throw new RangeError('a part has no result');
        part.settled = settledBy(result);
        if (result.record !== null) part.recordId = idOf(result.record);
      }
    }),
  );
}

/** The result of a write, with paths that start in the part. Whose part it is is no input. */
function settledBy({ outcome, errors }: WriteResult<unknown>): Part['settled'] {
  return {
    outcome,
    errors: errors.map((error) => {
      const path = error.path.slice(2);
      return { ...error, path: OWNER_FIELDS.has(path[0] ?? '') ? [] : path };
    }),
  };
}

const OWNER_FIELDS: ReadonlySet<string> = new Set(['customerEntityId', 'resourceId', 'owner', 'entityId']);
