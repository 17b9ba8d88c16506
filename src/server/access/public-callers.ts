import { type DocumentNode, Kind, OperationTypeNode, type SelectionSetNode } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { GatewayError } from '../../errors.ts';
import type { RequestState } from '../observability/request-log.ts';
import { UNAUTHENTICATED } from './authentication.ts';

/** What callers without credentials may run. */
const PUBLIC_MUTATIONS: ReadonlySet<string> = new Set([
  'signInShopper',
  'renewShopperAccessToken',
  'signOutShopper',
]);

/**
 * Rejects all other operations of callers without credentials, with the answer that requests without credentials get
 * elsewhere. It comes before validation, whose errors would tell strangers about the schema.
 */
export function publicCallers(): Plugin<object, RequestState> {
  return {
    onParse({ context }) {
      if ((context as RequestState).caller?.kind !== 'public') return;
      // After the parsing, which is skipped if another caller has sent the same document. The error is thrown: as the result
      // of the parsing it would be cached, and the document refused to all callers.
      return ({ result }) => {
        if (result instanceof Error || containsOnlyPublicMutations(result as DocumentNode)) return;
        throw unauthenticatedError();
      };
    },
  };
}

function containsOnlyPublicMutations({ definitions }: DocumentNode): boolean {
  const fragments = new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
  const checked = new Set<string>();

  function isPublic({ selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return PUBLIC_MUTATIONS.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return isPublic(selection.selectionSet);
      const name = selection.name.value;
      if (checked.has(name)) return true;
      checked.add(name);
      const fragment = fragments.get(name);
      return fragment !== undefined && isPublic(fragment.selectionSet);
    });
  }

  return definitions.every((definition) => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return true;
    if (definition.kind !== Kind.OPERATION_DEFINITION) return false;
    return definition.operation === OperationTypeNode.MUTATION && isPublic(definition.selectionSet);
  });
}

function unauthenticatedError() {
  const { code, message, status, headers } = UNAUTHENTICATED;
  return createGraphQLError(message, {
    originalError: new GatewayError(code, message),
    extensions: { http: { status, headers } },
  });
}
