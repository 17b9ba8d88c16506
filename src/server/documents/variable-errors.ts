import {
  coerceInputValue,
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  isInputType,
  Kind,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { redactKey } from '../errors/redact.ts';

/** A caller fixes errors one at a time, and a list can have thousands. */
const MAX_ERRORS = 20;

/**
 * Words the errors of invalid variables anew, from the path and the type that coercion reports. The messages of graphql-js
 * quote the whole value.
 */
export function variableErrors(): Plugin {
  return {
    onExecute({ args }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (!('errors' in result) || !result.errors?.some(isVariableError)) return;
          const described = describeVariableErrors(args);
          // Errors of another kind, such as a variable that is missing, quote no value.
          const others = result.errors.filter((error) => !error.message.includes(INVALID));
          setResult({ ...result, errors: [...others, ...described].slice(0, MAX_ERRORS) });
        },
      };
    },
  };
}

/** Ends a coercion. */
const ENOUGH = new Error('enough errors');

const INVALID = ' got invalid value ';

function isVariableError({ nodes, message }: GraphQLError): boolean {
  return nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION && message.includes(INVALID);
}

/** The errors of invalid variables, without their values. A variable that is missing has none. */
export function describeVariableErrors({
  schema,
  document,
  operationName,
  variableValues,
}: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>): readonly GraphQLError[] {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const errors: GraphQLError[] = [];
  for (const definition of definitions) {
    const type = typeFromAST(schema, definition.type as never);
    const value = variableValues?.[definition.variable.name.value];
    if (!isInputType(type) || value === undefined || value === null) continue;
    try {
      coerceInputValue(value, type, (path, _value, error) => {
        errors.push(describe(definition, path, error.message));
        // The rest would only take time.
        if (errors.length >= MAX_ERRORS) throw ENOUGH;
      });
    } catch (error) {
      if (error !== ENOUGH) throw error;
      return errors;
    }
  }
  return errors;
}

function describe(
  definition: VariableDefinitionNode,
  path: readonly (string | number)[],
  reason: string,
): GraphQLError {
  const name = definition.variable.name.value;
  // The keys of the path are fields of the schema: coercion does not descend into others.
  const place = path.length === 0 ? '' : ` at "${name}${path.map(printKey).join('')}"`;
  return new GraphQLError(`Variable "$${name}" is invalid${place}; ${redactKey(reason)}`, {
    nodes: definition,
  });
}

function printKey(key: string | number): string {
  return typeof key === 'number' ? `[${key}]` : `.${key}`;
}
