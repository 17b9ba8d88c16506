import { failureOf, GatewayFailure, isRefusal, type ResponseError } from './failure.ts';

/** The store's quota, as the last call showed it. */
export interface Quota {
  /** Calls that the store grants per window. */
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the store grants calls anew. */
  readonly resetMs: number;
}

/** `extensions.upstream`: what the operation cost. Shoppers get none. */
export interface UpstreamReport {
  /** Calls made. */
  readonly requests: number;
  /** Calls that were estimated before. */
  readonly estimate: number | null;
  /** Null if the store sets no limit, or has not stated one. */
  readonly quota: Quota | null;
}

/** A response that can have errors beside its data. */
export interface PartialResponse<Result> {
  /** Null if nothing could be read. A field that failed is null. */
  readonly data: Result | null;
  readonly errors: readonly ResponseError[];
  readonly upstream: UpstreamReport | null;
}

export interface TransportOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** One request. */
export interface Exchange {
  readonly body: string;
  readonly credential: string | null;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends one request and reads its response.
 *
 * @throws GatewayFailure if the response has no data, or there is none
 * @throws the reason of the signal if the caller aborts
 */
export async function exchange(
  options: TransportOptions,
  { body, credential, signal }: Exchange,
): Promise<PartialResponse<unknown>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
  const abort = () => deadline.abort();
  signal?.addEventListener('abort', abort);
  try {
    signal?.throwIfAborted();
    const response = await options.fetch(options.url, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        ...options.headers,
        ...(credential !== null && { authorization: `Bearer ${credential}` }),
      },
      body,
      signal: deadline.signal,
    });
    return readResponse(response, await readText(response, options.maxBytes));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof GatewayFailure) throw error;
    if (deadline.signal.aborted)
      throw new GatewayFailure('TIMEOUT', `No complete answer within ${options.timeoutMs} ms.`, {
        cause: error,
      });
    throw new GatewayFailure('NETWORK', 'The connection to the gateway failed.', {
      cause: error,
      mayHaveRun: !isUnsent(error),
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    // Ends a body that was not read to its end.
    deadline.abort();
  }
}

/** Node says that no connection was made. Browsers do not. */
function isUnsent(error: unknown): boolean {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(String(cause?.code));
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > maxBytes)
      throw new GatewayFailure('RESPONSE_TOO_LARGE', `The answer is longer than ${maxBytes} bytes.`, {
        status: response.status,
      });
    text += decoder.decode(value, { stream: true });
  }
}

function readResponse({ status, headers }: Response, text: string): PartialResponse<unknown> {
  const content = parseObject(text);
  const errors = isErrorList(content?.errors) ? content.errors : [];
  const retryAfterMs = retryAfterOf(headers);
  if (content === null || (content.data === undefined && errors.length === 0))
    throw new GatewayFailure('BAD_RESPONSE', `The answer is not a GraphQL response (HTTP ${status}).`, {
      status,
      retryAfterMs,
    });
  // Data that is null means that the operation ran and failed.
  if (content.data === undefined)
    throw failureOf(errors, { status, retryAfterMs, mayHaveRun: !isRefusal(errors) });
  if (isAllNull(content.data) && errors.length > 0) throw failureOf(errors, { status, data: content.data });
  const { upstream = null } = (content.extensions ?? {}) as { readonly upstream?: UpstreamReport };
  return { data: content.data, errors, upstream };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && !Array.isArray(content)
      ? (content as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** A proxy can answer with errors of another form: they say nothing of whether the operation ran. */
function isErrorList(errors: unknown): errors is readonly ResponseError[] {
  return (
    Array.isArray(errors) &&
    errors.every((error) => typeof error?.message === 'string' && typeof error.extensions?.code === 'string')
  );
}

function isAllNull(data: unknown): boolean {
  return data === null || (typeof data === 'object' && Object.values(data).every((value) => value === null));
}

/** In milliseconds. Null if the header is absent or cannot be read. */
function retryAfterOf(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}
