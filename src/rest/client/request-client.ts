import type { CancelSignal } from '../../cancel-signal.ts';
import { badInput, type GatewayError } from '../../errors.ts';
import { MAX_URL_LENGTH } from '../limits.ts';
import { OPERATIONS, type OperationId, pathOf, type WriteOperation } from '../operations.ts';
import type { OnUnexpectedField } from '../wire/decode.ts';
import type { Parameter } from '../wire/query.ts';
import { parametersOf, queryOf, type Requester, type RestCall } from './call.ts';
import type { CallPath } from './call-path.ts';
import type { WriteAttempt } from './http.ts';

/** Makes the REST calls of one GraphQL request. */
export interface RequestClient {
  /** Makes a read and returns its JSON. @throws GatewayError BAD_USER_INPUT, before anything is sent, if the filters do not fit one URL */
  get(operation: OperationId, call?: ReadOptions): Promise<unknown>;
  /** Makes one attempt at a write when the governor admits it. A sent write is completed, even if the caller aborts. */
  write(operation: WriteOperation, call: WriteOptions): Promise<WriteAttempt>;
  /** Characters left in the URL after these parameters. */
  remainingUrlLength(operation: OperationId, call: Pick<RestCall, 'include' | 'parameters'>): number;
  /** Length of a URL before the path of a call, in characters. */
  readonly urlPrefixLength: number;
  readonly onUnexpectedField: OnUnexpectedField;
}

interface CallOptions {
  /** The ids in the path, in the order of its placeholders. @default none */
  readonly ids?: readonly number[];
  /** @default none */
  readonly parameters?: readonly Parameter[];
}

export type ReadOptions = CallOptions & Pick<RestCall, 'include' | 'keys' | 'allPages' | 'timeoutMs'>;

export type WriteOptions = CallOptions & Pick<RestCall, 'body'>;

export interface RequestClientOptions {
  readonly callPath: CallPath;
  readonly requester: Requester;
  /** Aborted when no further write may start. Queued writes are then not sent. */
  readonly writeSignal?: CancelSignal;
  readonly onUnexpectedField: OnUnexpectedField;
}

/** Creates the client of one GraphQL request. */
export function createRequestClient(options: RequestClientOptions): RequestClient {
  const { callPath, requester, writeSignal, onUnexpectedField } = options;
  const read = requester.signal === undefined ? callPath.settle : callPath.read;

  function urlLength(path: string, query: string): number {
    return callPath.urlPrefixLength + path.length + 1 + query.length;
  }

  function lengthError(call: RestCall): GatewayError | null {
    const length = urlLength(call.path, queryOf(call));
    if (length <= MAX_URL_LENGTH || parametersOf(call).length < 2) return null;
    return badInput(
      'filter',
      `makes the request URL ${length} characters long; the limit is ${MAX_URL_LENGTH}.`,
    );
  }

  return {
    get(operation, { ids, parameters = [], ...readOptions } = {}) {
      const path = pathOf(OPERATIONS[operation], ids);
      const call = { operation, method: 'GET', path, requester, parameters, ...readOptions };
      const error = lengthError(call);
      return error === null ? read(call) : Promise.reject(error);
    },
    write(operation, { ids, parameters = [], body }) {
      const { id, method, retry } = operation;
      const path = pathOf(operation, ids);
      const call = { operation: id, method, path, requester, parameters, body, retry };
      return callPath.write({ ...call, signal: writeSignal });
    },
    remainingUrlLength: (operation, call) =>
      MAX_URL_LENGTH - urlLength(OPERATIONS[operation].path, queryOf(call)),
    urlPrefixLength: callPath.urlPrefixLength,
    onUnexpectedField,
  };
}
