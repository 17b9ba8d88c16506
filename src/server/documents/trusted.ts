import { setImmediate as nextTurn } from 'node:timers/promises';
import { GraphQLError, parse, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ANONYMOUS, type Caller } from '../../access/caller.ts';
import type { Parsed } from '../../access/files/watched-file.ts';
import { badInput, GatewayError } from '../../errors.ts';
import { parseJsonOrNull } from '../../rest/wire/decode.ts';
import { schema } from '../../schema/index.ts';
import type { RequestState } from '../observability/request-log.ts';

/** Documents that callers can run by hash, without sending them. */
export interface TrustedDocuments {
  /** The documents at the moment, by hash without the algorithm prefix. */
  readonly documents: () => ReadonlyMap<string, string>;
  /** The kinds of callers whose other documents are rejected. */
  readonly bound: ReadonlySet<Caller['kind']>;
}

/**
 * Replaces the hash of a trusted document with the document. A hash without its document is answered in the words on which
 * clients with automatic persisted queries send the document. No document that a client sends is ever stored.
 *
 * @param trusted null if there is no list
 */
export function trustedDocuments(trusted: TrustedDocuments | null): Plugin<object, RequestState> {
  return {
    onParams({ params, request, setParams, context }) {
      const { caller = ANONYMOUS } = context;
      const query: unknown = params?.query;
      const text = findDocument(trusted, {
        sent: typeof query === 'string' && query !== '' ? query : null,
        // Yoga drops this parameter when it reads a GET request, so it is taken from the URL.
        id: documentIdOf(params) ?? new URL(request.url).searchParams.get('documentId'),
        caller,
      });
      if (text === null) return;
      // Yoga rejects unknown parameters.
      const standard: typeof params & { documentId?: unknown } = { ...params, query: text };
      delete standard.documentId;
      setParams(standard);
    },
  };
}

/** What a request says of its document. */
interface DocumentRequest {
  /** The document in the request. */
  readonly sent: string | null;
  /** The hash in the request, with or without the algorithm prefix. */
  readonly id: string | null;
  readonly caller: Pick<Caller, 'kind'>;
}

/**
 * The text of the document that a request runs. Null if it names none.
 *
 * @throws GatewayError if the caller may not run it, or the hash is of no document or of another one
 */
export function findDocument(
  trusted: TrustedDocuments | null,
  { sent, id, caller }: DocumentRequest,
): string | null {
  const listed = id === null ? undefined : trusted?.documents().get(hashOf(id));
  if (sent === null && id === null) return null;
  if (sent === null && listed === undefined) throw trusted === null ? NOT_SUPPORTED : NOT_FOUND;
  if (trusted?.bound.has(caller.kind) === true && (sent ?? listed) !== listed) throw ONLY_TRUSTED;
  if (sent !== null && listed !== undefined && sent !== listed)
    throw badInput('documentId', 'belongs to another document than the one in `query`.');
  return listed ?? sent;
}

// The messages are those that Apollo Client and urql compare.
const NOT_FOUND = new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
const NOT_SUPPORTED = new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
const ONLY_TRUSTED = new GatewayError(
  'FORBIDDEN',
  'Only trusted documents are allowed: send the hash of one.',
);

// `documentId` is defined by the draft of the GraphQL over HTTP specification; Apollo clients send the extension.
export function documentIdOf(params: unknown): string | null {
  const { documentId, extensions } = (params ?? {}) as {
    documentId?: unknown;
    extensions?: { persistedQuery?: { version?: unknown; sha256Hash?: unknown } | null } | null;
  };
  const id = documentId ?? extensions?.persistedQuery?.sha256Hash;
  return typeof id === 'string' ? id : null;
}

function hashOf(id: string): string {
  return id.startsWith('sha256:') ? id.slice('sha256:'.length) : id;
}

/** Reads the persisted documents file of GraphQL Code Generator's client preset. Returns all problems, one line each. */
export async function parseTrustedDocuments(text: string): Promise<Parsed<ReadonlyMap<string, string>>> {
  const content = parseJsonOrNull(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return { problems: ['TRUSTED_DOCUMENTS is not a JSON file with an object of documents'] };
  const problems: string[] = [];
  for (const [id, document] of Object.entries(content)) {
    const problem = documentProblem(document);
    if (problem !== null) problems.push(`TRUSTED_DOCUMENTS: the entry ${id.slice(0, 80)} ${problem}`);
    // The gateway serves requests meanwhile.
    await nextTurn();
  }
  if (problems.length > 0) return { problems };
  return { value: new Map(Object.entries(content).map(([id, document]) => [hashOf(id), document])) };
}

// An invalid document would fail on every request, so it is reported at startup.
function documentProblem(document: unknown): string | null {
  if (typeof document !== 'string') return 'is not a string';
  try {
    const [error] = validate(schema, parse(document), undefined, { hideSuggestions: true });
    return error === undefined ? null : `does not match the schema: ${error.message}`;
  } catch (error) {
    if (error instanceof GraphQLError) return `is not a valid document: ${error.message}`;
    throw error;
  }
}
