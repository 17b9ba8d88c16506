import { GraphQLError } from 'graphql';
import type { Caller } from '../../access/caller.ts';
import { errorFor } from '../../access/store-failures.ts';
import type { OnHiddenFailure } from '../../context.ts';
import { type ErrorCode, GatewayError } from '../../errors.ts';
import { argumentOfLiteral } from './literal-place.ts';
import { redactValues } from './redact.ts';

/** HTTP status by error code, for an operation that did not run. */
const HTTP_STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  TOO_MANY_ATTEMPTS: 429,
  AUDIT_UNAVAILABLE: 503,
  OPERATION_TOO_EXPENSIVE: 400,
  OVERLOADED: 503,
  PERSISTED_QUERY_NOT_FOUND: 400,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  INTERNAL: 500,
};

export interface MaskContext {
  readonly requestId: string;
  /** Whether the result has data, so the error concerns only a part of it. */
  readonly partial: boolean;
  /** Allows messages that suggest names from the schema. */
  readonly suggestions: boolean;
  readonly caller: Pick<Caller, 'kind'>;
  /** Called with each failure of the store whose details the caller may not see. */
  readonly onHiddenFailure: OnHiddenFailure;
  /** Called with each internal error. */
  readonly onInternalError: (error: unknown) => void;
}

/** Converts any error to one that callers may see: a code, a message without values, and a path. Masks internal errors. */
export function maskError(error: unknown, context: MaskContext): GraphQLError {
  const located = error instanceof GraphQLError ? error : null;
  const cause = causeOf(error);
  if (cause instanceof GatewayError) {
    const shown = errorFor(context.caller, cause);
    if (shown !== cause) context.onHiddenFailure(cause);
    return toGraphQLError(located, shown.message, shown.code, shown.details, context);
  }
  if (located !== null && cause instanceof GraphQLError && isRequestError(located)) {
    const message = redactValues(located.message);
    const shown = context.suggestions ? message : withoutSuggestions(message);
    const argument = argumentOfLiteral(located);
    return argument === null
      ? toGraphQLError(located, shown, codeOf(located), {}, context)
      : toGraphQLError(located, `${argument}: ${shown}`, codeOf(located), { argument }, context);
  }
  context.onInternalError(cause);
  const { requestId } = context;
  return toGraphQLError(
    located,
    `Something went wrong in the gateway (request ${requestId}).`,
    'INTERNAL',
    { requestId },
    context,
  );
}

// A message ends with its suggestions.
function withoutSuggestions(message: string): string {
  const at = message.indexOf(' Did you mean ');
  return at < 0 ? message : message.slice(0, at);
}

// The executor wraps the errors of resolvers, and Yoga wraps them again.
function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;
}

// Errors from graphql-js are the caller's mistake, unless they concern a value returned by a resolver.
function isRequestError({ path, message }: GraphQLError): boolean {
  return path === undefined || message.startsWith('Argument "');
}

function codeOf({ extensions }: GraphQLError): ErrorCode {
  const { code } = extensions;
  return code === 'GRAPHQL_PARSE_FAILED' || code === 'GRAPHQL_VALIDATION_FAILED' ? code : 'BAD_USER_INPUT';
}

function toGraphQLError(
  located: GraphQLError | null,
  message: string,
  code: ErrorCode,
  details: object,
  { partial }: MaskContext,
): GraphQLError {
  const status = HTTP_STATUS[code];
  // `spec`: under application/json a well-formed GraphQL response has the status 200. The executor does not set it for
  // invalid variables.
  const given = located?.extensions.http;
  const known = given && {
    ...given,
    ...(located?.nodes && { spec: true }),
    ...(isBadRequest(located) && { spec: false }),
  };
  const http = known ?? (status === undefined ? undefined : { status, spec: true });
  return new GraphQLError(message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    extensions: { code, ...details, ...(http !== undefined && !partial && { http }) },
  });
}

// A request that is not a GraphQL request does not get a well-formed GraphQL response.
function isBadRequest(error: GraphQLError | null): boolean {
  return error?.extensions.code === 'BAD_REQUEST';
}
