import type { DocumentNode, GraphQLError } from 'graphql';
import { processRegularResult } from 'graphql-yoga';
import type { MaskResult } from '../errors/plugin.ts';
import { stringifyWith } from '../limits/response-size.ts';
import { type Exchange, isGone } from './exchange.ts';
import type { Respond } from './respond.ts';

/** The result of an operation in which something failed. */
interface FailedResult {
  readonly errors: readonly GraphQLError[];
  /** As JSON. Undefined if nothing ran. */
  readonly data: string | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly document: DocumentNode;
}

/** Longer data has something besides the nulls of refused fields, in characters. */
const MAX_NULLS_LENGTH = 100_000;

/** Masks the errors of a result, and responds with the status and the headers that Yoga chooses. */
export async function respondWithErrors(
  { maskResult, respond }: { readonly maskResult: MaskResult; readonly respond: Respond },
  exchange: Exchange,
  { errors, data, extensions, document }: FailedResult,
): Promise<{ readonly status: number; readonly hasData: boolean }> {
  const { state, responseType } = exchange;
  const result = {
    errors,
    // Whether all of it was refused is judged by the data.
    ...(data !== undefined && { data: data.length > MAX_NULLS_LENGTH ? {} : JSON.parse(data) }),
    ...(extensions !== undefined && { extensions }),
    stringify: (safe: object) => stringifyWith(safe, data ?? 'null'),
  };
  const masked = maskResult(result, { state, aborted: isGone(exchange) });
  const response = processRegularResult(masked, { Response } as never, responseType);
  const { 'content-type': _, ...headers } = Object.fromEntries(response.headers);
  const body = Buffer.from(await response.text());
  respond(exchange, { status: response.status, headers, body, document });
  return { status: response.status, hasData: 'data' in masked };
}
