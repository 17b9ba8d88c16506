import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';

import type { ReadArguments, Variables } from './arguments.ts';

/** A field of a selection set, with everything about it that is the same for each execution. */
export interface FieldPlan {
  /** The name in the response. */
  readonly name: string;
  /** The name as a JSON key, with its colon. */
  readonly key: string;
  /** The same after another field. */
  readonly nextKey: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** All nodes that select the field, for its errors and its resolver. */
  readonly nodes: readonly FieldNode[];
  readonly isNonNull: boolean;
  readonly readArguments: ReadArguments;
  readonly complete: Complete;
  /** The fields that are selected on a type of object that the field returns. */
  fieldsOn(type: GraphQLObjectType): readonly FieldPlan[];
}

/** A place in the response. */
export type Path = GraphQLResolveInfo['path'];

/** One execution of a query. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly operation: OperationDefinitionNode;
  readonly variableValues: Variables;
  readonly contextValue: unknown;
  readonly errors: GraphQLError[];
  /** Characters that the names and values in the response may still have. */
  remainingCharacters: number;
}

/** A value as JSON, at once or later. */
export type Written = string | Promise<string>;

/**
 * Writes the value of a field, or of an item of its list. Most values are leaves, for which nothing is made but their text:
 * the path of a value is made only if something needs it.
 *
 * @param parentPath the path of the object of the field, or of the list of the item
 * @param index the index of an item. Null for the value of a field
 * @throws if the value does not fit its type
 */
export type Complete = (
  execution: Execution,
  field: FieldPlan,
  value: unknown,
  parentPath: Path | undefined,
  index: number | null,
) => Written;
