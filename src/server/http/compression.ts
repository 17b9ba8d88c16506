import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import {
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
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

/** Whether an `Accept-Encoding` header allows a content coding. */
export function acceptsCoding(header: string | null, coding: Coding): boolean {
  return qualityOf(parseAccept(header ?? ''), coding) > 0;
}

function qualityOf(ranges: readonly MediaRange[], coding: Coding): number {
  const range = ranges.find(({ type }) => type === coding) ?? ranges.find(({ type }) => type === '*');
  return range?.quality ?? 0;
}

/**
 * Compresses responses for callers that accept it. Responses in parts are not compressed, nor are those of operations that
 * select a credential: from the compressed size of responses an observer could guess it (BREACH).
 */
export function compression(schema: GraphQLSchema): Plugin {
  const credentials = credentialFields(schema);
  const known = new WeakMap<DocumentNode, boolean>();
  const excluded = new WeakSet<Request>();
  let running = 0;

  function selectsCredential(document: DocumentNode): boolean {
    const selects = known.get(document) ?? findField(document, credentials);
    known.set(document, selects);
    return selects;
  }

  return {
    onExecute({ args }) {
      const { request } = args.contextValue as { readonly request: Request };
      if (selectsCredential(args.document)) excluded.add(request);
    },
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const { headers, status, statusText } = response;
      if (!COMPRESSIBLE.test(headers.get('content-type') ?? '')) return;
      headers.append('vary', 'Accept-Encoding');
      const coding = chooseCoding(request.headers.get('accept-encoding'));
      const length = Number(headers.get('content-length') ?? MIN_BYTES);
      if (coding === null || excluded.has(request) || request.method === 'HEAD') return;
      if (length < MIN_BYTES || length > MAX_BYTES || running >= MAX_AT_ONCE) return;
      running += 1;
      try {
        const plain = Buffer.from(await response.arrayBuffer());
        const isWorthwhile = plain.length >= MIN_BYTES && plain.length <= MAX_BYTES;
        const body = isWorthwhile ? await COMPRESS[coding](plain) : plain;
        headers.set('content-length', String(body.length));
        if (isWorthwhile) headers.set('content-encoding', coding);
        setResponse(new fetchAPI.Response(body, { status, statusText, headers }));
      } finally {
        running -= 1;
      }
    },
  };
}

/** Names of the fields that are marked as credentials. */
function credentialFields(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) || isInterfaceType(type),
  );
  const fields = types.flatMap((type) => Object.values(type.getFields()));
  return new Set(fields.filter(({ extensions }) => extensions.isCredential === true).map(({ name }) => name));
}

function findField(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]({ name }) {
      found = names.has(name.value);
      return found ? BREAK : undefined;
    },
  });
  return found;
}
