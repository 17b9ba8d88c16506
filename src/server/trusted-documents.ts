import { readFile } from 'node:fs/promises';
import { GraphQLError, parse, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors.ts';
import { schema } from '../schema/index.ts';

/** Documents that are known by their hashes, so that callers need not send them. */
export interface TrustedDocuments {
  /** By hash, without the name of its algorithm. */
  readonly documents: ReadonlyMap<string, string>;
  /** Whether no other document runs. */
  readonly only: boolean;
}

/** Takes the hash of a trusted document for the document. */
export function trustedDocuments({ documents, only }: TrustedDocuments): Plugin {
  return {
    onParams({ params, request, setParams }) {
      if (typeof params?.query === 'string' && params.query !== '') {
        if (only)
          throw new GatewayError('FORBIDDEN', 'Only trusted documents run here: send the hash of one.');
        return;
      }
      const id = idOf(params, request.url);
      if (id === null) return;
      const query = documents.get(hashOf(id));
      if (query === undefined)
        throw new GatewayError('BAD_USER_INPUT', 'No trusted document is known by that hash.');
      // Yoga refuses parameters that it does not know.
      const known: typeof params & { documentId?: unknown } = { ...params, query };
      delete known.documentId;
      setParams(known);
    },
  };
}

// `documentId` is what the specification's draft says; the extension is what Apollo's clients send.
function idOf(params: unknown, url: string): string | null {
  const { documentId, extensions } = (params ?? {}) as {
    documentId?: unknown;
    extensions?: { persistedQuery?: { version?: unknown; sha256Hash?: unknown } | null } | null;
  };
  // What is read out of a URL leaves the parameter behind.
  const id =
    documentId ?? extensions?.persistedQuery?.sha256Hash ?? new URL(url).searchParams.get('documentId');
  return typeof id === 'string' ? id : null;
}

function hashOf(id: string): string {
  return id.replace(/^sha256:/, '');
}

/** Reads the file that the typed client's code generator writes. Answers every problem with it, one line each. */
export async function readTrustedDocuments(
  file: string,
): Promise<{ readonly documents: ReadonlyMap<string, string> } | { readonly problems: readonly string[] }> {
  const content = await contentOf(file);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return { problems: ['TRUSTED_DOCUMENTS is not a file that holds an object of documents, as JSON'] };
  const problems = Object.entries(content).flatMap(([id, document]) => {
    const problem = problemWith(document);
    return problem === null ? [] : [`TRUSTED_DOCUMENTS holds under ${id.slice(0, 80)} ${problem}`];
  });
  if (problems.length > 0) return { problems };
  return { documents: new Map(Object.entries(content).map(([id, document]) => [hashOf(id), document])) };
}

async function contentOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

// A document that does not fit the schema would fail each time that it is asked for; better it is told now.
function problemWith(document: unknown): string | null {
  if (typeof document !== 'string') return 'what is no text';
  try {
    const [error] = validate(schema, parse(document), undefined, { hideSuggestions: true });
    return error === undefined ? null : `a document that does not fit the schema: ${error.message}`;
  } catch (error) {
    if (error instanceof GraphQLError) return `what is no document: ${error.message}`;
    throw error;
  }
}
