import { NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export interface ValidationOptions {
  /** Whether the schema may be asked for, or guessed by the names that errors suggest. */
  readonly introspection: boolean;
}

/** Checks documents against the schema. */
export function validation({ introspection }: ValidationOptions): Plugin {
  return {
    onValidate({ addValidationRule, setValidationFn }) {
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      setValidationFn((schema, document, rules) => [
        ...validate(schema, document, rules, { maxErrors: MAX_ERRORS, hideSuggestions: !introspection }),
      ]);
    },
  };
}

// Whoever wrote the document mends one thing after the other, and each costs work.
const MAX_ERRORS = 20;
