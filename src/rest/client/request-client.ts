import { badInput } from '../../errors.ts';
import { MAX_URL_LENGTH } from '../limits.ts';
import type { WriteOperation } from '../operations.ts';
import type { OnUnexpectedField } from '../wire/decode.ts';
import type { Parameter } from '../wire/query.ts';
import { parametersOf, queryOf, type Requester, type RestCall } from './call.ts';
import type { CallPath } from './call-path.ts';
import type { WriteAttempt } from './http.ts';

/** Makes the REST calls of one GraphQL request. */
export interface RequestClient {
  /** Reads a path and returns its JSON. @throws GatewayError BAD_USER_INPUT, before anything is sent, if the filters do not fit one URL */
  get(
    operation: string,
    path: string,
    parameters?: readonly Parameter[],
    options?: ReadOptions,
  ): Promise<unknown>;
  /** Makes one attempt at a write when the governor admits it. A sent write is completed, even if the caller aborts. */
  write(
    operation: WriteOperation,
    path: string,
    body: unknown,
    parameters?: readonly Parameter[],
  ): Promise<WriteAttempt>;
  /** Characters left in the URL after these parameters. */
  remainingUrlLength(path: string, call: Pick<RestCall, 'include' | 'parameters'>): number;
  readonly onUnexpectedField: OnUnexpectedField;
}

export type ReadOptions = Pick<RestCall, 'include' | 'keys' | 'allPages' | 'timeoutMs'>;

export interface RequestClientOptions {
  readonly callPath: CallPath;
  readonly requester: Requester;
  /** Aborted when no further write may start. Queued writes are then not sent. */
  readonly abortSignal?: AbortSignal;
  readonly onUnexpectedField: OnUnexpectedField;
}

/** Creates the client of one GraphQL request. */
export function createRequestClient(options: RequestClientOptions): RequestClient {
  const { callPath, requester, abortSignal, onUnexpectedField } = options;
  const read = requester.signal === undefined ? callPath.settle : callPath.read;

  function urlLength(path: string, query: string): number {
    return callPath.urlPrefixLength + path.length + 1 + query.length;
  }

  function checkLength(call: RestCall): void {
    const length = urlLength(call.path, queryOf(call));
    if (length <= MAX_URL_LENGTH || parametersOf(call).length < 2) return;
    throw badInput(
      'filter',
      `makes the request URL ${length} characters long; the limit is ${MAX_URL_LENGTH}.`,
    );
  }

  return {
    async get(operation, path, parameters = [], readOptions = {}) {
      const call = { operation, method: 'GET', path, requester, parameters, ...readOptions };
      checkLength(call);
      return read(call);
    },
    write({ id: operation, method, retry }, path, body, parameters = []) {
      const call = { operation, method, path, requester, parameters, body, retry };
      return callPath.write({ ...call, signal: abortSignal });
    },
    remainingUrlLength: (path, call) => MAX_URL_LENGTH - urlLength(path, queryOf(call)),
    onUnexpectedField,
  };
}
