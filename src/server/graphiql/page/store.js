const { GraphiQL, library } = globalThis;

const DEFAULT_EXTENSIONS = '{ "upstream": true }';

/** A value that React components follow by `useSyncExternalStore`. */
function createStore(initial) {
  let value = initial;
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The extensions of the last answer. Null before the first one. */
export const answerExtensions = createStore(null);

/** The request extensions, as JSON texts by operation name. Those of the library are their first values. */
export const requestExtensions = createStore(
  new Map(
    library
      .flatMap(({ operations }) => operations)
      .filter(({ extensions }) => extensions !== undefined)
      .map(({ name, extensions }) => [name, JSON.stringify(extensions)]),
  ),
);

/** The request extensions of an operation, as a JSON text. */
export function extensionsText(operationName) {
  return requestExtensions.get().get(operationName ?? '') ?? DEFAULT_EXTENSIONS;
}

export function setExtensionsText(operationName, text) {
  requestExtensions.set(new Map(requestExtensions.get()).set(operationName ?? '', text));
}

/** Parses a JSON object. Null if the text is something else. */
export function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * The name of the operation that runs. GraphiQL notices a moment late that a text has other operations, and would send the name of
 * one that is gone.
 */
export function operationNameIn(query, selected) {
  try {
    const names = GraphiQL.GraphQL.parse(query).definitions.flatMap(({ kind, name }) =>
      kind === 'OperationDefinition' && name ? [name.value] : [],
    );
    return names.includes(selected) ? selected : (names[0] ?? null);
  } catch {
    return null;
  }
}
