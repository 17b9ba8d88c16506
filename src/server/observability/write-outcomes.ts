import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../../errors.ts';
import type { RequestState } from './request-log.ts';

/** The result of one item of a mutation. */
interface ItemResult {
  readonly outcome: string;
  readonly errors?: readonly { readonly code: string }[];
  /** Parts of the item that have outcomes of their own. @default none */
  readonly parts?: readonly ItemResult[];
}

/** Outcomes of items that were not done, as far as is known. */
const FAILED: ReadonlySet<string> = new Set(['FAILED', 'NOT_ATTEMPTED', 'UNKNOWN']);

export interface ObserveWritesOptions {
  /** Called with the number of items of a mutation that have an outcome; for some outcomes with 0 at the start. */
  readonly onItems: (operation: string, outcome: string, count: number) => void;
}

/**
 * A copy of the schema that reports the outcome of every item of a mutation, and notes the error codes of failed items in the
 * state of the request. Otherwise a mutation whose items have all failed would look like a success.
 */
export function observeWrites(schema: GraphQLSchema, { onItems }: ObserveWritesOptions): GraphQLSchema {
  const mutation = schema.getMutationType()?.name;

  function observed(
    operation: string,
    field: GraphQLFieldConfig<unknown, RequestState>,
  ): GraphQLFieldConfig<unknown, RequestState> {
    const { resolve = defaultFieldResolver } = field;
    return {
      ...field,
      async resolve(root, args, ctx, info) {
        try {
          const payload: unknown = await resolve(root, args, ctx, info);
          for (const item of itemResults(payload)) {
            onItems(operation, item.outcome, 1);
            for (const { outcome, errors = [] } of [item, ...(item.parts ?? [])])
              if (FAILED.has(outcome)) noteCodes(ctx, errors);
          }
          return payload;
        } catch (error) {
          // A wrong password is no write that failed.
          if (error instanceof GatewayError && error.code === 'INVALID_CREDENTIALS') throw error;
          // After an internal error nothing is known of the items.
          const outcome = error instanceof GatewayError ? 'NOT_ATTEMPTED' : 'UNKNOWN';
          onItems(operation, outcome, countItems(args.input));
          throw error;
        }
      },
    };
  }

  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, name, typeName) => {
      if (typeName !== mutation) return undefined;
      // Counters that alerts watch start at 0: increase() does not see the first sample of a new series.
      for (const outcome of FAILED) onItems(name, outcome, 0);
      return observed(name, field);
    },
  });
}

function noteCodes(state: RequestState, errors: readonly { readonly code: string }[]): void {
  state.itemErrorCodes = new Set([...(state.itemErrorCodes ?? []), ...errors.map(({ code }) => code)]);
}

/** The results in a payload. Validating a password writes nothing, so it has none. */
function itemResults(payload: unknown): readonly ItemResult[] {
  const { results, outcome } = (payload ?? {}) as {
    readonly results?: readonly ItemResult[];
    readonly outcome?: string;
  };
  return results ?? (outcome === undefined ? [] : [{ ...(payload as object), outcome }]);
}

/** The number of items of a mutation input. An input without a list is one item. */
function countItems(input: unknown): number {
  const fields = typeof input === 'object' && input !== null ? Object.values(input) : [];
  return fields.find(Array.isArray)?.length ?? 1;
}
