import { createGraphQLError, isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLNamedType,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isNonNullType,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { collectFields, type SelectionContext } from '../../schema/selected-fields.ts';
import type { Task } from './time-slices.ts';
import { type ByteBudget, type OptionalFields, writeJson } from './write-json.ts';

/** A result whose data is written already. Yoga calls `stringify` in place of `JSON.stringify`. */
interface WrittenResult extends ExecutionResult {
  readonly stringify?: (result: ExecutionResult) => string;
}

/** One part of an incremental result. */
interface IncrementalPart extends ExecutionResult {
  readonly incremental?: readonly { readonly path?: readonly (string | number)[] }[];
  readonly hasNext?: boolean;
}

/** The context of an operation, with its share of the time. */
export type SlicedContext = Context & { readonly request: Request; readonly task: Task };

/**
 * Writes the data of each response as JSON, in time slices, and limits its size. A query with a larger response fails. In the response
 * to a mutation the records that do not fit are null, with an error: what the mutation did is always reported.
 *
 * @param maxBytes for all operations of a request together
 */
export function limitResponseSize(maxBytes: number): Plugin<SlicedContext> {
  const budgets = new WeakMap<Request, ByteBudget>();

  return {
    onExecute({ args }) {
      const { request, task } = args.contextValue;
      const budget = budgets.get(request) ?? { remaining: maxBytes };
      budgets.set(request, budget);

      async function write(result: ExecutionResult): Promise<WrittenResult> {
        const { data, errors = [] } = result;
        if (data === null || data === undefined) return result;
        const optionalFields = optionalFieldsOf(args);
        const { text, omitted } = await writeJson(data, { budget, task, optionalFields });
        if (text === null) return { data: null, errors: [tooLarge(maxBytes)] };
        const allErrors = [...errors, ...omitted.map((path) => tooLarge(maxBytes, path))];
        return {
          ...result,
          ...(allErrors.length > 0 && { errors: allErrors }),
          stringify: (safe) => stringifyWith(safe, text),
        };
      }

      /** Measures a part of an incremental result. The plugin for incremental delivery writes it. */
      async function measure(part: IncrementalPart): Promise<IncrementalPart> {
        const { text } = await writeJson(part.incremental ?? part.data, { budget, task });
        if (text !== null) return part;
        if (part.incremental === undefined) return { ...part, data: null, errors: [tooLarge(maxBytes)] };
        const incremental = part.incremental.map(({ path = [] }) => ({
          path,
          data: null,
          errors: [tooLarge(maxBytes, path)],
        }));
        return { ...part, incremental } as IncrementalPart;
      }

      return {
        async onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result))
            setResult(mapAsyncIterator(result as AsyncIterableIterator<IncrementalPart>, measure));
          else setResult(await write(result as ExecutionResult));
        },
      };
    },
  };
}

/** A result as JSON, whose data is written already. */
export function stringifyWith(result: ExecutionResult, data: string): string {
  const { stringify: _, ...fields }: WrittenResult = result;
  const members = Object.entries(fields).flatMap(([name, value]) => {
    const text = name === 'data' ? data : JSON.stringify(value);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${members.join(',')}}`;
}

/** The error of a response that exceeds the limit. @param path of the record that is left out */
export function tooLarge(maxBytes: number, path: readonly (string | number)[] = []) {
  const originalError = new GatewayError(
    'OPERATION_TOO_EXPENSIVE',
    `The response is larger than ${maxBytes} bytes. Request fewer records or fields at once.`,
    { limitName: 'responseBytes', limit: maxBytes },
  );
  return createGraphQLError(originalError.message, {
    originalError,
    ...(path.length > 0 && { path: [...path] }),
  });
}

/** The records in the response to a mutation, which may be null. Null for a query. */
function optionalFieldsOf(args: ExecutionArgs): OptionalFields | null {
  const { schema, document, operationName, variableValues } = args;
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.MUTATION) return null;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const { caller } = args.contextValue as Context;
  const context: SelectionContext = { schema, fragments, variableValues: variableValues ?? {}, caller };

  function childrenOf(set: SelectionSetNode | undefined, type: GraphQLNamedType | undefined, isRoot = false) {
    const children = new Map<string, OptionalFields>();
    for (const { field, node } of collectFields(set, type, context)) {
      const fieldType = getNamedType(field.type);
      const name = node.alias?.value ?? node.name.value;
      if (!isCompositeType(fieldType) || children.get(name)?.isOptional) continue;
      const isOptional = !isRoot && !isNonNullType(field.type);
      const below = isOptional ? [] : childrenOf(node.selectionSet, fieldType);
      // A field can be selected several times.
      const known = children.get(name)?.children ?? [];
      children.set(name, { isOptional, children: new Map([...known, ...below]) });
    }
    return children;
  }

  return {
    isOptional: false,
    children: childrenOf(operation.selectionSet, schema.getMutationType() ?? undefined, true),
  };
}
