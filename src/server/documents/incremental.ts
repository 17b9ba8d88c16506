import { createGraphQLError, GraphQLStreamDirective } from '@graphql-tools/utils';
import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import {
  type DirectiveNode,
  type DocumentNode,
  type ExecutionArgs,
  getArgumentValues,
  getOperationAST,
  Kind,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badInput } from '../../errors.ts';
import { formatAccept, isIncrementalType, type MediaRange, parseAccept } from '../http/accept.ts';
import { coerceVariables } from './coerce-variables.ts';

/** The draft of incremental delivery that Yoga's plugin implements, as clients name it. */
const SUPPORTED_DRAFT = 'deferspec=20220824';

/** Supports `@defer` and `@stream`. Callers that cannot receive incremental responses get one complete response. */
export function incrementalDelivery(): readonly Plugin[] {
  const stripOnce = memoize(stripIncrementalDirectives);
  const streamsOf = memoize(findStreams);

  return [
    useDeferStream(),
    {
      onRequest({ request, serverContext, endResponse }) {
        const accept = request.headers.get('accept');
        if (accept === null || accept === '') return;
        const ranges = parseAccept(accept);
        const { req } = serverContext as { req?: { httpVersionMajor: number; httpVersionMinor: number } };
        // HTTP/1.0 has no chunks, so a response in parts could not be delimited.
        const isHttp10 = req?.httpVersionMajor === 1 && req.httpVersionMinor === 0;
        const usable = ranges.filter((range) => !isIncremental(range) || (!isHttp10 && isSupported(range)));
        // A caller that accepts only an unsupported format gets the whole response as JSON.
        const accepted = formatAccept(usable) || (usable.length < ranges.length ? JSON_TYPES : '');
        if (accepted === '') return endResponse(new Response(null, { status: 406 }));
        request.headers.set('accept', accepted);
      },
      onRequestParse({ request }) {
        return {
          // The operations of a batch share one response, so each is answered whole.
          onRequestParseDone({ requestParserResult }) {
            const accept = request.headers.get('accept');
            if (!Array.isArray(requestParserResult) || accept === null) return;
            const whole = parseAccept(accept).filter((range) => !isIncremental(range));
            request.headers.set('accept', formatAccept(whole) || JSON_TYPES);
          },
        };
      },
      onExecute({ args, setResultAndStopExecution }) {
        const { request } = args.contextValue as { request: Request };
        if (hasInvalidInitialCount(streamsOf(args.document), args))
          return setResultAndStopExecution({ errors: [invalidInitialCount()] });
        if (!parseAccept(request.headers.get('accept') ?? '').some(isIncremental)) {
          args.document = stripOnce(args.document);
        }
      },
      onResponse({ response }) {
        if (!isIncrementalType(response.headers.get('content-type') ?? '')) return;
        // Proxies such as nginx would otherwise deliver all parts at once.
        response.headers.set('x-accel-buffering', 'no');
        // Yoga sends `none` with SSE, which is no content coding.
        response.headers.delete('content-encoding');
      },
    },
  ];
}

const JSON_TYPES = 'application/graphql-response+json, application/json';

function isIncremental({ type }: MediaRange): boolean {
  return isIncrementalType(type);
}

function isSupported({ parameters }: MediaRange): boolean {
  return parameters.every(
    (parameter) => !/^(incremental|defer)spec=/.test(parameter) || parameter === SUPPORTED_DRAFT,
  );
}

function memoize<T>(compute: (document: DocumentNode) => T): (document: DocumentNode) => T {
  const known = new WeakMap<DocumentNode, T>();
  return (document) => {
    const value = known.get(document) ?? compute(document);
    known.set(document, value);
    return value;
  };
}

function stripIncrementalDirectives(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => (name.value === 'defer' || name.value === 'stream' ? null : undefined),
  });
}

/** Whether a document has `@defer` or `@stream`. */
export function hasIncrementalDirectives(document: DocumentNode): boolean {
  return stripIncrementalDirectives(document) !== document;
}

/** All `@stream` directives of a document. */
function findStreams(document: DocumentNode): readonly DirectiveNode[] {
  const streams: DirectiveNode[] = [];
  visit(document, {
    [Kind.DIRECTIVE](node) {
      if (node.name.value === GraphQLStreamDirective.name) streams.push(node);
    },
  });
  return streams;
}

/** The executor takes an `initialCount` that is null or negative for an internal error. */
function hasInvalidInitialCount(streams: readonly DirectiveNode[], args: ExecutionArgs): boolean {
  if (streams.length === 0) return false;
  const { schema, document, operationName, variableValues } = args;
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const coerced = coerceVariables(schema, definitions, variableValues ?? {});
  // The execution reports invalid variables itself.
  if (coerced === undefined) return false;
  return streams.some((stream) => {
    const { initialCount, if: isOn } = getArgumentValues(GraphQLStreamDirective, stream, coerced);
    return isOn !== false && !(typeof initialCount === 'number' && initialCount >= 0);
  });
}

function invalidInitialCount() {
  const originalError = badInput('initialCount', 'is null or negative; @stream takes 0 or more.');
  return createGraphQLError(originalError.message, { originalError });
}
