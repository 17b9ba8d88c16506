import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHead } from '../http/request-head.ts';
import type { RequestState } from '../observability/request-log.ts';
import type { ResponseType } from './plain-request.ts';

/** One request on the fast path, and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly responseType: ResponseType;
  readonly state: RequestState;
  /** Frees the place of the operation. Null while it has none. */
  freePlace: (() => void) | null;
  /** Called if the caller leaves before the response. Null while nothing runs. */
  cancel: (() => void) | null;
  /** HTTP status of the response. Null before it began. */
  status: number | null;
  /** Whether Yoga's path has taken over. */
  isPassedOn: boolean;
}

/** Whether the caller has left. */
export function isGone({ response }: Exchange): boolean {
  return response.closed || response.destroyed;
}
