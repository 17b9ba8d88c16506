import { NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';

export interface ValidationOptions {
  /** Allows introspection queries, and errors that suggest names from the schema. */
  readonly introspection: boolean;
}

/** Validates documents against the schema. */
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

// Authors fix errors one at a time, and each error costs time to find.
const MAX_ERRORS = 20;
