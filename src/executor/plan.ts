import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { compileArguments } from './arguments.ts';
import { type CollectContext, collectFields } from './collect-fields.ts';
import { completerOf } from './complete.ts';
import type { FieldPlan } from './field-plan.ts';

/** The part of a document that plans are made of. */
export interface PlanSource extends CollectContext {
  readonly operation: OperationDefinitionNode;
}

/** The root fields of a query. */
export function planRootFields(source: PlanSource): readonly FieldPlan[] {
  const type = source.schema.getQueryType();
  return type ? planFields(source, type, collectFields(source, type, [source.operation.selectionSet])) : [];
}

type NodesByName = ReadonlyMap<string, readonly FieldNode[]>;

function planFields(
  source: PlanSource,
  type: GraphQLObjectType,
  nodesByName: NodesByName,
): readonly FieldPlan[] {
  return [...nodesByName].flatMap(([name, nodes]) => {
    const [node] = nodes;
    const field = node && definitionOf(type, node);
    // An unknown field is left out, as graphql-js does: validation rejects it before.
    return node && field ? [planField(source, { type, name, node, nodes, field })] : [];
  });
}

function definitionOf(type: GraphQLObjectType, { name: { value } }: FieldNode) {
  return value === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : type.getFields()[value];
}

interface SelectedField {
  readonly type: GraphQLObjectType;
  readonly name: string;
  readonly node: FieldNode;
  readonly nodes: readonly FieldNode[];
  readonly field: GraphQLField<unknown, unknown>;
}

function planField(source: PlanSource, { type, name, node, nodes, field }: SelectedField): FieldPlan {
  const byType = new Map<GraphQLObjectType, readonly FieldPlan[]>();
  const key = `${JSON.stringify(name)}:`;
  return {
    name,
    key,
    nextKey: `,${key}`,
    parentType: type,
    definition: field,
    nodes,
    isNonNull: isNonNullType(field.type),
    readArguments: compileArguments(field, node),
    complete: completerOf(field.type),
    fieldsOn(objectType) {
      const known = byType.get(objectType);
      if (known !== undefined) return known;
      const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const planned = planFields(source, objectType, collectFields(source, objectType, sets));
      byType.set(objectType, planned);
      return planned;
    },
  };
}

/** The names of the variables that decide `@skip` and `@include` in a document. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE]({ arguments: args = [] }) {
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** Whether a document selects the schema itself. */
export function asksForSchema(document: DocumentNode): boolean {
  let asks = false;
  visit(document, {
    [Kind.FIELD]({ name: { value } }) {
      asks ||= value === SchemaMetaFieldDef.name || value === TypeMetaFieldDef.name;
    },
  });
  return asks;
}
