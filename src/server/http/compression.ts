import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createFieldFinder, type FieldFinder } from '../documents/field-finder.ts';
import { type MediaRange, parseAccept } from './accept.ts';

/** Content codings, the preferred one first. */
const CODINGS = ['br', 'gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** Responses below this size gain nothing, in bytes. */
const MIN_BYTES = 1_024;
/** Larger responses are sent as they are, in bytes: compressing them would take a core for too long. */
const MAX_BYTES = 8_000_000;
/** Responses compressed at the same time. The others are sent as they are, so the thread pool stays free for files and DNS. */
const MAX_AT_ONCE = 2;

// Low levels: the next ones take several times as long and save a few percent.
const COMPRESS: Readonly<Record<Coding, (body: Buffer) => Promise<Buffer<ArrayBuffer>>>> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
  gzip: (body) => promisify(gzip)(body, { level: 2 }),
};

const COMPRESSIBLE = /^(application\/(graphql-response\+)?json|text\/plain)\b/i;

/** Chooses the content coding by an `Accept-Encoding` header. Null leaves the response as it is. */
export function chooseCoding(header: string | null): Coding | null {
  const ranges = parseAccept(header ?? '');
  const identity = ranges.find(({ type }) => type === 'identity')?.quality ?? 0;
  const [best] = CODINGS.map((coding) => ({ coding, quality: qualityOf(ranges, coding) }))
    .filter(({ quality }) => quality > 0 && quality >= identity)
    .toSorted((a, b) => b.quality - a.quality);
  return best?.coding ?? null;
}

function qualityOf(ranges: readonly MediaRange[], coding: Coding): number {
  const range = ranges.find(({ type }) => type === coding) ?? ranges.find(({ type }) => type === '*');
  return range?.quality ?? 0;
}

/** A body that is ready to be sent. */
export interface EncodedBody {
  readonly body: Buffer<ArrayBuffer>;
  /** Null if it is not compressed. */
  readonly coding: Coding | null;
}

/** Compresses JSON responses for callers that accept it. */
export interface Compression {
  /**
   * Whether an operation selects a credential. Its response is not compressed: from the compressed size of responses an
   * observer could guess the credential (BREACH).
   */
  readonly selectsCredential: FieldFinder;
  /** Whether a body of this size is to be compressed now. @param acceptEncoding header of the request */
  codingFor(acceptEncoding: string | null, bytes: number): Coding | null;
  compress(body: Buffer<ArrayBuffer>, coding: Coding): Promise<EncodedBody>;
}

export function createCompression(schema: GraphQLSchema): Compression {
  let running = 0;

  return {
    selectsCredential: createFieldFinder(schema, ({ extensions }) => extensions.isCredential === true),
    codingFor(acceptEncoding, bytes) {
      const isWorthwhile = bytes >= MIN_BYTES && bytes <= MAX_BYTES && running < MAX_AT_ONCE;
      return isWorthwhile ? chooseCoding(acceptEncoding) : null;
    },
    async compress(body, coding) {
      running += 1;
      try {
        return { body: await COMPRESS[coding](body), coding };
      } finally {
        running -= 1;
      }
    },
  };
}

/** Compresses the responses of Yoga, but for those that come in parts. */
export function compressResponses(compression: Compression): Plugin {
  const excluded = new WeakSet<Request>();

  return {
    onExecute({ args }) {
      const { request } = args.contextValue as { readonly request: Request };
      if (compression.selectsCredential(args.document)) excluded.add(request);
    },
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const { headers, status, statusText } = response;
      if (!COMPRESSIBLE.test(headers.get('content-type') ?? '')) return;
      headers.append('vary', 'Accept-Encoding');
      if (excluded.has(request) || request.method === 'HEAD') return;
      const length = Number(headers.get('content-length') ?? MIN_BYTES);
      const acceptEncoding = request.headers.get('accept-encoding');
      if (compression.codingFor(acceptEncoding, length) === null) return;
      const plain = Buffer.from(await response.arrayBuffer());
      // Only now is the size known for sure.
      const coding = compression.codingFor(acceptEncoding, plain.length);
      const { body } = coding === null ? { body: plain } : await compression.compress(plain, coding);
      headers.set('content-length', String(body.length));
      if (coding !== null) headers.set('content-encoding', coding);
      setResponse(new fetchAPI.Response(body, { status, statusText, headers }));
    },
  };
}
