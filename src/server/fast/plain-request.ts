import type { IncomingMessage } from 'node:http';
import { isIncrementalType, type MediaRange, parseAccept } from '../http/accept.ts';
import { isJson } from '../http/content-type.ts';
import { remember } from '../http/remember.ts';

/** The media types of a whole GraphQL response. */
export type ResponseType = 'application/json' | 'application/graphql-response+json';

/**
 * Whether the fast path takes a request: a POST of one JSON body of a known length, whose response comes in one piece.
 * Returns the media type of the response, or null.
 *
 * @param maxBytes maximum size of the body
 */
export function plainResponseType(request: IncomingMessage, maxBytes: number): ResponseType | null {
  const { method, url, headers } = request;
  if (method !== 'POST' || url !== '/graphql' || !isJson(headers['content-type'] ?? null)) return null;
  if (headers['content-encoding'] !== undefined || headers['transfer-encoding'] !== undefined) return null;
  const length = Number(headers['content-length']);
  if (!Number.isSafeInteger(length) || length > maxBytes) return null;
  return responseType(headers.accept ?? '*/*');
}

/** The media type that Yoga chooses for an `Accept` header. Null if it may send parts, or nothing. */
const responseType = remember((accept): ResponseType | null => {
  const ranges = parseAccept(accept === '' ? '*/*' : accept).filter(({ quality }) => quality > 0);
  if (ranges.some(({ type }) => isIncrementalType(type))) return null;
  return (
    ranges
      .filter(isUtf8)
      .map(typeOf)
      .find((type) => type !== null) ?? null
  );
});

function isUtf8({ parameters }: MediaRange): boolean {
  const charset = parameters.find((parameter) => parameter.includes('charset='));
  return charset === undefined || charset === 'charset=utf-8';
}

function typeOf({ type }: MediaRange): ResponseType | null {
  if (type === '*/*' || type === 'application/*') return 'application/json';
  return type === 'application/json' || type === 'application/graphql-response+json' ? type : null;
}

/** The parameters of one GraphQL request, as its body has them. */
export interface PlainParams {
  readonly query?: string | null;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
  readonly documentId?: string | null;
}

const NAMES: ReadonlySet<string> = new Set([
  'query',
  'operationName',
  'variables',
  'extensions',
  'documentId',
]);

/** Whether a body has only known parameters, each of its type. */
export function isPlainParams(body: object): body is PlainParams {
  if (Array.isArray(body) || Object.keys(body).some((name) => !NAMES.has(name))) return false;
  const { query, operationName, documentId, variables, extensions } = body as Record<string, unknown>;
  return (
    [query, operationName, documentId].every((value) => isOmitted(value) || typeof value === 'string') &&
    [variables, extensions].every((value) => isOmitted(value) || isObject(value))
  );
}

function isOmitted(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}
