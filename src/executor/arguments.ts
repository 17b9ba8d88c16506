import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getArgumentValues,
  isInputObjectType,
  isNonNullType,
  Kind,
  type ObjectFieldNode,
  type ObjectValueNode,
  type ValueNode,
  type VariableNode,
  valueFromAST,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;
export type Arguments = Readonly<Record<string, unknown>>;

/**
 * Reads the arguments of a field. What contains no variable is frozen, because each execution gets the same.
 *
 * @param variables coerced already
 * @throws GraphQLError if the arguments are invalid
 */
export type ReadArguments = (variables: Variables) => Arguments;

/** Reads a value. Undefined if it is invalid. */
type ReadValue = (variables: Variables) => unknown;

/**
 * Compiles the arguments of a field, which it reads as graphql-js does. graphql-js goes through the types and nodes of all
 * arguments for each field of each request, which takes longer than the field itself.
 */
export function compileArguments(field: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  const inputs = compileInputs(field.args, node.arguments);
  // graphql-js words the error of what is invalid.
  const readWithGraphql: ReadArguments = (variables) => getArgumentValues(field, node, variables);

  const read: ReadArguments = (variables) => {
    const args: Record<string, unknown> = {};
    for (const { name, defaultValue, isRequired, variable, read } of inputs) {
      if (read === null || (variable !== null && !Object.hasOwn(variables, variable))) {
        if (defaultValue !== undefined) args[name] = defaultValue;
        else if (isRequired) return readWithGraphql(variables);
        continue;
      }
      const found = read(variables);
      if (found === undefined) return readWithGraphql(variables);
      args[name] = found;
    }
    return args;
  };
  if (node.arguments?.some(({ value }) => mentionsVariable(value))) return read;
  return constant(read) ?? readWithGraphql;
}

/** Arguments that no variable changes. Null if they are invalid. */
function constant(read: ReadArguments): ReadArguments | null {
  try {
    const args = frozen(read({}));
    return () => args;
  } catch {
    return null;
  }
}

/** An argument, or a field of an input object. */
interface Input {
  readonly name: string;
  readonly defaultValue?: unknown;
  readonly isRequired: boolean;
  /** The name of the variable that it is. Null if it is none. */
  readonly variable: string | null;
  /** Null if the document does not give it. */
  readonly read: ReadValue | null;
}

function compileInputs(
  definitions: readonly {
    readonly name: string;
    readonly type: GraphQLInputType;
    readonly defaultValue?: unknown;
  }[],
  nodes: readonly (ArgumentNode | ObjectFieldNode)[] = [],
): readonly Input[] {
  const given = new Map(nodes.map(({ name, value }) => [name.value, value]));
  return definitions.map(({ name, type, defaultValue }) => {
    const value = given.get(name);
    return {
      name,
      defaultValue,
      isRequired: isNonNullType(type),
      variable: value?.kind === Kind.VARIABLE ? value.name.value : null,
      read: value ? compileValue(value, type) : null,
    };
  });
}

function compileValue(node: ValueNode, type: GraphQLInputType): ReadValue {
  if (node.kind === Kind.VARIABLE) return compileVariable(node, isNonNullType(type));
  if (!mentionsVariable(node)) {
    const value = frozen(valueFromAST(node, type));
    return () => value;
  }
  if (isNonNullType(type)) return compileValue(node, type.ofType);
  if (isInputObjectType(type) && node.kind === Kind.OBJECT) return compileObject(type, node);
  // Lists and scalars whose literals contain a variable are rare.
  return (variables) => valueFromAST(node, type, variables);
}

function compileVariable({ name }: VariableNode, isRequired: boolean): ReadValue {
  return (variables) => {
    const value = variableValue(name.value, variables);
    return value === null && isRequired ? undefined : value;
  };
}

/** Undefined if the variable has no value, also if its name is that of a method of every object. */
function variableValue(variable: string, variables: Variables): unknown {
  return Object.hasOwn(variables, variable) ? variables[variable] : undefined;
}

function compileObject(type: GraphQLInputObjectType, node: ObjectValueNode): ReadValue {
  const { isOneOf } = type;
  const inputs = compileInputs(Object.values(type.getFields()), node.fields);
  return (variables) => {
    const object: Record<string, unknown> = Object.create(null);
    let count = 0;
    for (const { name, defaultValue, isRequired, variable, read } of inputs) {
      const isGiven =
        read !== null && (variable === null || variableValue(variable, variables) !== undefined);
      if (!isGiven && defaultValue === undefined && isRequired) return undefined;
      if (!isGiven && defaultValue === undefined) continue;
      const value = isGiven ? read(variables) : defaultValue;
      if (value === undefined || (isOneOf && value === null)) return undefined;
      object[name] = value;
      count += 1;
    }
    return isOneOf && count !== 1 ? undefined : object;
  };
}

/** Whether a variable stands anywhere in a value. */
function mentionsVariable(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true;
  if (node.kind === Kind.LIST) return node.values.some(mentionsVariable);
  return node.kind === Kind.OBJECT && node.fields.some(({ value }) => mentionsVariable(value));
}

/** Freezes a value with the lists and objects in it. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The values of scalars can be objects of any class.
  if (prototype !== Object.prototype && prototype !== null && !Array.isArray(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
