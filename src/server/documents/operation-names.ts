import { type DocumentNode, GraphQLError, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Rejects documents with two operations of one name, and names them. Otherwise a request without `operationName` gets an error
 * that does not tell what is wrong.
 */
export function uniqueOperationNames(): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        const document: DocumentNode = parseFn(source, options);
        checkOperationNames(document);
        return document;
      });
    },
  };
}

/** Longest name that a message quotes, in characters. */
const MAX_NAME_LENGTH = 100;

function shorten(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}

function checkOperationNames({ definitions }: DocumentNode): void {
  const names = new Set<string>();
  for (const node of definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION || node.name === undefined) continue;
    const { value } = node.name;
    if (names.has(value)) {
      throw new GraphQLError(`There can be only one operation named "${shorten(value)}".`, {
        nodes: node.name,
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    }
    names.add(value);
  }
}
