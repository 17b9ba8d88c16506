import { type DocumentNode, NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentCache } from './cache.ts';

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

/** Fills a cache of valid documents, by text. Has to be registered after the plugins that reject documents. */
export function rememberValidDocuments(documents: DocumentCache<DocumentNode>): Plugin {
  return {
    onValidate({ params }) {
      const { documentAST } = params;
      return ({ valid }) => {
        const text = documentAST.loc?.source.body;
        if (valid && text !== undefined) documents.set(text, documentAST);
      };
    },
  };
}

// Authors fix errors one at a time, and each error costs time to find.
const MAX_ERRORS = 20;
