import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ResponseFault } from './faults.ts';
import { type ApiResponse, errorResponse } from './responses.ts';

export interface ResponseTarget {
  readonly response: ServerResponse;
  /** Headers that admission added, such as the rate-limit headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Sends a response as the platform does. */
export function sendResponse({ response, headers }: ResponseTarget, apiResponse: ApiResponse): void {
  response.writeHead(apiResponse.status, {
    ...contentLength(apiResponse),
    ...commonHeaders(apiResponse),
    ...headers,
  });
  response.end(apiResponse.body);
}

/**
 * Injects a fault into a response. Calls `perform` at most once, to handle the request now, or `later`, to handle it
 * after a delay.
 */
export async function injectFault(
  delivery: ResponseTarget,
  fault: ResponseFault,
  { perform, later }: { readonly perform: () => ApiResponse; readonly later: (delayMs: number) => void },
): Promise<void> {
  const { response, headers, sleep } = delivery;
  switch (fault.kind) {
    case 'status': {
      if (fault.commits) perform();
      // A 429 that is not the quota's has no rate-limit headers.
      const kept = fault.status === 429 ? {} : headers;
      return sendResponse(
        { ...delivery, headers: { ...kept, ...fault.headers } },
        errorResponse(fault.status, fault.title ?? 'Injected fault'),
      );
    }
    case 'cut':
      if (fault.when === 'after-commit') perform();
      response.destroy();
      return;
    case 'late-commit':
      later(fault.delayMs);
      if (fault.answer === 'cut') response.destroy();
      else sendResponse(delivery, errorResponse(fault.answer, 'Injected fault'));
      return;
    case 'hang':
      if (fault.commits) perform();
      return;
    case 'drip': {
      const apiResponse = perform();
      const bytes = Buffer.from(apiResponse.body);
      response.writeHead(apiResponse.status, {
        ...contentLength(apiResponse),
        ...commonHeaders(apiResponse),
        ...headers,
      });
      for (let sent = 0; sent < bytes.length && !response.destroyed; sent += fault.bytes) {
        response.write(bytes.subarray(sent, sent + fault.bytes));
        await sleep(fault.everyMs);
      }
      response.end();
      return;
    }
    case 'truncate': {
      const apiResponse = perform();
      const bytes = Buffer.from(apiResponse.body);
      const length = fault.chunked ? {} : contentLength(apiResponse);
      response.writeHead(apiResponse.status, { ...length, ...commonHeaders(apiResponse), ...headers });
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
      return;
    }
    case 'body': {
      const { status } = perform();
      const contentType = fault.contentType ?? 'application/json';
      return sendResponse(delivery, { status: fault.status ?? status, contentType, body: fault.body });
    }
  }
}

function commonHeaders({ contentType }: ApiResponse): Record<string, string> {
  return {
    ...(contentType !== null && { 'Content-Type': contentType }),
    Vary: 'Accept-Encoding',
    'X-Request-Id': randomBytes(16).toString('hex'),
    'Strict-Transport-Security': 'max-age=31536000',
  };
}

function contentLength({ contentType, body }: ApiResponse): Record<string, number> {
  return contentType === null ? {} : { 'Content-Length': Buffer.byteLength(body) };
}
