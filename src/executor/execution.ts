import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { locatedError } from 'graphql';
import type { Execution, FieldPlan, Path } from './field-plan.ts';

/** Ends an execution whose response is too large. No field takes it for its own error. */
export const TOO_LARGE = new Error('The response is too large.');

/** What a resolver gets to know of its field. Made for each call, so all that can wait is computed when it is asked for. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly #execution: Execution;
  readonly #field: FieldPlan;
  readonly #parentPath: Path | undefined;

  constructor(execution: Execution, field: FieldPlan, parentPath: Path | undefined) {
    this.#execution = execution;
    this.#field = field;
    this.#parentPath = parentPath;
  }

  get fieldName(): string {
    return this.#field.definition.name;
  }
  get fieldNodes(): readonly FieldNode[] {
    return this.#field.nodes;
  }
  get returnType(): GraphQLOutputType {
    return this.#field.definition.type;
  }
  get parentType(): GraphQLObjectType {
    return this.#field.parentType;
  }
  get path(): Path {
    return pathOf(this.#field, this.#parentPath);
  }
  get schema(): GraphQLSchema {
    return this.#execution.schema;
  }
  get fragments(): Record<string, FragmentDefinitionNode> {
    return this.#execution.fragments;
  }
  get rootValue(): unknown {
    return undefined;
  }
  get operation(): OperationDefinitionNode {
    return this.#execution.operation;
  }
  get variableValues(): Record<string, unknown> {
    return this.#execution.variableValues;
  }
}

/** The path of the value of a field, or of an item of its list. */
export function pathOf(
  { name, parentType }: FieldPlan,
  prev: Path | undefined,
  index: number | null = null,
): Path {
  return index === null
    ? { prev, key: name, typename: parentType.name }
    : { prev, key: index, typename: undefined };
}

/** The path of the object whose field a value belongs to, also if the value is an item of a list. */
export function objectPathOf(parentPath: Path | undefined, index: number | null): Path | undefined {
  if (index === null) return parentPath;
  // Only items of lists have no type name. The first path that has one is that of the field.
  let at = parentPath;
  while (at !== undefined && at.typename === undefined) at = at.prev;
  return at?.prev;
}

/**
 * Counts characters of the response. What becomes null later, because of an error in it, is counted too.
 *
 * @throws TOO_LARGE if the response has more characters than it may have bytes
 */
export function countCharacters(execution: Execution, count: number): void {
  execution.remainingCharacters -= count;
  if (execution.remainingCharacters < 0) throw TOO_LARGE;
}

/** Takes note of the error of a value that may be null. @throws the error, with its place, if the value may not be null */
export function nullOnError(execution: Execution, { error, nodes, path, isNonNull }: FailedValue): 'null' {
  if (error === TOO_LARGE) throw error;
  const located = locatedError(error, nodes, keysOf(path));
  if (isNonNull) throw located;
  execution.errors.push(located);
  return 'null';
}

interface FailedValue {
  readonly error: unknown;
  readonly nodes: readonly FieldNode[];
  readonly path: Path;
  readonly isNonNull: boolean;
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
