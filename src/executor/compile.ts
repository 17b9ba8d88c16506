import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { TOO_LARGE } from './execution.ts';
import type { Execution, FieldPlan } from './field-plan.ts';
import { asksForSchema, conditionVariables, planRootFields } from './plan.ts';
import { writeFields } from './write-fields.ts';

/** The result of a query, whose data is written already. */
export interface QueryResult {
  /** As JSON. `null` is the data of a query that failed as a whole. */
  readonly data: string;
  readonly errors: readonly GraphQLError[];
}

/** A query that can be executed many times. */
export interface CompiledQuery {
  /**
   * Executes the query as graphql-js does, but writes the data as JSON. Resolves to `too large` if it has more than
   * `maxBytes`, counting what an error makes null. Arguments without variables are frozen when resolvers get them.
   *
   * @param variableValues coerced already
   */
  execute(options: ExecuteOptions): Promise<QueryResult | 'too large'>;
}

export interface ExecuteOptions {
  readonly contextValue: unknown;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly maxBytes: number;
}

/** Combinations of conditions of which the plans are kept, per query. */
const MAX_PLANS = 16;

/** Compiles a valid query. Null if it asks for the schema itself: graphql-js answers that. */
export function compileQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledQuery | null {
  if (asksForSchema(document)) return null;
  const fragments: Readonly<Record<string, FragmentDefinitionNode>> = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const conditions = conditionVariables(document);
  const plans = new Map<string, readonly FieldPlan[]>();

  /** The plan for the values of the variables that decide `@skip` and `@include`. */
  function planFor(variableValues: Readonly<Record<string, unknown>>): readonly FieldPlan[] {
    const key = conditions.map((name) => String(variableValues[name])).join();
    const known = plans.get(key);
    if (known !== undefined) return known;
    // A plan is kept, so it must not keep the other variables of a request.
    const deciding = Object.fromEntries(
      conditions.flatMap((name) =>
        Object.hasOwn(variableValues, name) ? [[name, variableValues[name]]] : [],
      ),
    );
    const plan = planRootFields({ schema, operation, fragments, variableValues: deciding });
    if (plans.size < MAX_PLANS) plans.set(key, plan);
    return plan;
  }

  return {
    async execute({ contextValue, variableValues, maxBytes }) {
      const execution: Execution = {
        schema,
        fragments,
        operation,
        variableValues,
        contextValue,
        errors: [],
        remainingCharacters: maxBytes,
      };
      const { errors } = execution;
      try {
        const data = await writeFields(execution, planFor(variableValues), undefined, undefined);
        return isLarger(data, maxBytes) ? 'too large' : { data, errors };
      } catch (error) {
        if (error === TOO_LARGE) return 'too large';
        // A field that may not be null has failed, up to the root. All errors that reach it have their place.
        return { data: 'null', errors: [...errors, error as GraphQLError] };
      }
    },
  };
}

/** Whether a text has more bytes than that, as UTF-8. A character has at most three: most texts need no count. */
function isLarger(text: string, maxBytes: number): boolean {
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}
