import { type Document, type DocumentOptions, toSentDocument } from './documents.ts';
import { failureOf, GatewayFailure, mayRetry, type ResponseError } from './failure.ts';
import { type Clock, createPace, SYSTEM_CLOCK } from './pace.ts';
import { exchange, type PartialResponse } from './transport.ts';
import {
  type ItemResult,
  type Rest,
  restOf,
  unknownResults,
  withRest,
  withResults,
  writeIn,
} from './writes.ts';

/** What authenticates requests. A function is asked before each. Null sends no credential. */
export type Credential = string | null | (() => string | null | Promise<string | null>);

export interface ClientOptions extends DocumentOptions {
  /** The address of GraphQL: `https://gateway.example.org/graphql`. */
  readonly url: string;
  /** An API key or a token. @default null */
  readonly credential?: Credential;
  /** Headers of every request. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default the global one */
  readonly fetch?: typeof fetch;
  /** Attempts after the first, of a request that may be sent again. @default 3 */
  readonly retries?: number;
  /** Maximum time of one attempt, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** Maximum wait before an attempt, in milliseconds. A longer one is reported as the failure that asks for it. @default 60000 */
  readonly maxWaitMs?: number;
  /** Maximum length of a response, in bytes after decompression. @default 32 MB */
  readonly maxBytes?: number;
  /** Asks for `extensions.upstream`, and slows down while the store's quota is nearly used up. @default true */
  readonly pace?: boolean;
  /** @default the clock of the machine */
  readonly clock?: Clock;
  /** From 0 to 1, for the length of waits. @default Math.random */
  readonly random?: () => number;
}

export interface RequestOptions {
  /** Ends the request, and the waits before it. */
  readonly signal?: AbortSignal;
}

type Arguments<V> = [Record<string, never>] extends [V]
  ? [variables?: V, options?: RequestOptions]
  : [variables: V, options?: RequestOptions];

/** Runs operations at a gateway. */
export interface Client {
  /**
   * The data of an operation.
   *
   * @throws GatewayFailure if anything failed; its `data` is what did not
   */
  request<R, V>(document: Document<R, V>, ...rest: Arguments<V>): Promise<R>;
  /**
   * The data and the errors of an operation. A field that failed is null.
   *
   * @throws GatewayFailure if there is no data
   */
  requestPartial<R, V>(document: Document<R, V>, ...rest: Arguments<V>): Promise<PartialResponse<R>>;
  /**
   * Runs a mutation of a list, and sends again the items that were not attempted, and no others. The results are those of all
   * items, in their order. For this the document has one field and selects `results { index outcome errors { code retryAfterMs } }`.
   * Items stay NOT_ATTEMPTED if the attempts are used up, and are UNKNOWN if the answer to a later attempt was lost.
   *
   * @throws GatewayFailure if the first attempt has no answer; `mayHaveRun` says whether something can be written
   */
  write<R, V>(document: Document<R, V>, ...rest: Arguments<V>): Promise<PartialResponse<R>>;
}

export function createClient(options: ClientOptions): Client {
  const {
    url,
    credential = null,
    headers = {},
    fetch = (...args) => globalThis.fetch(...args),
    retries = 3,
    timeoutMs = 60_000,
    maxWaitMs = 60_000,
    maxBytes = 32_000_000,
    pace: isPaced = true,
    clock = SYSTEM_CLOCK,
    random = Math.random,
  } = options;
  const pace = createPace(clock);

  /** Waits before the next attempt. False if there is to be none. */
  async function waitToRetry(
    attempt: number,
    askedMs: number | null,
    signal?: AbortSignal,
  ): Promise<boolean> {
    // Twice as long each time, and never at the same moment as other clients.
    const waitMs = (askedMs ?? 250 * 2 ** attempt) + random() * 250;
    if (attempt >= retries || waitMs > maxWaitMs) return false;
    if (askedMs !== null) pace.pause(askedMs);
    await clock.sleep(waitMs, signal);
    return true;
  }

  async function attempt(body: string, { signal }: RequestOptions): Promise<PartialResponse<unknown>> {
    await pace.start(signal);
    const current = typeof credential === 'function' ? await credential() : credential;
    const response = await exchange(
      { url, fetch, headers, timeoutMs, maxBytes },
      { body, credential: current, signal },
    );
    pace.observe(response.upstream);
    return response;
  }

  async function send<R, V>(
    document: Document<R, V>,
    variables: V | undefined,
    request: RequestOptions,
  ): Promise<PartialResponse<R>> {
    const { query, documentId, isQuery } = toSentDocument(document as Document<unknown, never>, options);
    const extensions = isPaced ? { upstream: true } : undefined;
    const body = JSON.stringify({
      ...(query === null ? { documentId } : { query }),
      variables,
      extensions,
    });
    for (let count = 0; ; count += 1) {
      try {
        return (await attempt(body, request)) as PartialResponse<R>;
      } catch (error) {
        if (!(error instanceof GatewayFailure) || !mayRetry(error, isQuery)) throw error;
        if (!(await waitToRetry(count, error.retryAfterMs, request.signal))) throw error;
      }
    }
  }

  /** The results of a rest, sent by itself. Empty if it was refused. */
  async function sendRest<V>(
    document: Document<unknown, V>,
    rest: Rest,
    request: RequestOptions,
  ): Promise<{ readonly results: readonly ItemResult[]; readonly errors: readonly ResponseError[] }> {
    try {
      const { data, errors } = await send(document, rest.variables as V, request);
      return { results: writeIn(data)?.results ?? unknownResults(rest.indexes, LOST), errors };
    } catch (error) {
      if (error instanceof GatewayFailure && !error.mayHaveRun) return { results: [], errors: [] };
      return { results: unknownResults(rest.indexes, LOST), errors: [] };
    }
  }

  async function write<R, V>(
    document: Document<R, V>,
    variables: V | undefined,
    request: RequestOptions,
  ): Promise<PartialResponse<R>> {
    const response = await send(document, variables, request);
    const first = writeIn(response.data);
    if (first === null) return response;
    const { text } = toSentDocument(document as Document<unknown, never>, options);
    let { results } = first;
    const errors = [...response.errors];
    for (let fruitless = 0; ; fruitless += 1) {
      const rest = restOf(text, (variables ?? {}) as Readonly<Record<string, unknown>>, results);
      if (rest === null) break;
      // A caller that aborts still gets the results that are known.
      if (!(await waitToRetry(fruitless, rest.retryAfterMs, request.signal).catch(() => false))) break;
      const later = await sendRest(document, rest, request);
      results = withRest(results, rest, later.results);
      errors.push(...later.errors.map((error) => withItemOf(error, rest)));
      // A write that goes on is not given up, however many attempts it takes.
      if (later.results.some(({ outcome }) => outcome !== 'NOT_ATTEMPTED')) fruitless = -1;
    }
    return { ...response, data: withResults(first, results) as R, errors };
  }

  return {
    async request(document, ...[variables, request = {}]) {
      return complete(await send(document, variables, request));
    },
    requestPartial: (document, ...[variables, request = {}]) => send(document, variables, request),
    write: (document, ...[variables, request = {}]) => write(document, variables, request),
  };
}

/** The error with the index that its item has among all. */
function withItemOf(error: ResponseError, { indexes }: Rest): ResponseError {
  const [field, results, position, ...inner] = error.path ?? [];
  const index = typeof position === 'number' ? indexes[position] : undefined;
  return field === undefined || results === undefined || index === undefined
    ? error
    : { ...error, path: [field, results, index, ...inner] };
}

const LOST = 'The answer of the gateway was lost, so nothing shows whether the item was written.';

/** The data of a response. @throws GatewayFailure if anything failed */
export function complete<R>({ data, errors }: PartialResponse<R>): R {
  if (errors.length > 0) throw failureOf(errors, { data, status: 200 });
  return data as R;
}
