import type { Requester, RestCall } from '../../src/rest/client/call.ts';
import { createCallLog } from '../../src/rest/client/call-log.ts';

/** A GraphQL request that makes calls, without a deadline. */
export function testRequester(options: Partial<Requester> = {}): Requester {
  return {
    origin: { caller: 'test', lane: 'standard', deadlineAt: Number.POSITIVE_INFINITY },
    callLog: createCallLog(),
    signal: new AbortController().signal,
    ...options,
  };
}

/** A read of `/customers`. */
export function testCall(options: Partial<RestCall> = {}): RestCall {
  return {
    operation: 'getCustomers',
    method: 'GET',
    path: '/customers',
    parameters: [],
    requester: testRequester(),
    ...options,
  };
}
