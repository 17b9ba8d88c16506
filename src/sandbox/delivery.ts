import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Answer, problem } from './answers.ts';
import type { Misbehaviour } from './faults.ts';

export interface Delivery {
  readonly response: ServerResponse;
  /** Headers that admission added, such as the rate-limit headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Sends a response as the platform does. */
export function send({ response, headers }: Delivery, apiResponse: Answer): void {
  response.writeHead(apiResponse.status, { ...lengthOf(apiResponse), ...headersOf(apiResponse), ...headers });
  response.end(apiResponse.body);
}

/**
 * Injects a fault into a response. Calls `perform` at most once, to handle the request now, or `later`, to handle it
 * after a delay.
 */
export async function misbehave(
  delivery: Delivery,
  fault: Misbehaviour,
  { perform, later }: { readonly perform: () => Answer; readonly later: (delayMs: number) => void },
): Promise<void> {
  const { response, headers, sleep } = delivery;
  switch (fault.kind) {
    case 'status': {
      if (fault.commits) perform();
      // A 429 that is not the quota's has no rate-limit headers.
      const kept = fault.status === 429 ? {} : headers;
      return send(
        { ...delivery, headers: { ...kept, ...fault.headers } },
        problem(fault.status, fault.title ?? 'Injected fault'),
      );
    }
    case 'cut':
      if (fault.when === 'after-commit') perform();
      response.destroy();
      return;
    case 'late-commit':
      later(fault.delayMs);
      if (fault.answer === 'cut') response.destroy();
      else send(delivery, problem(fault.answer, 'Injected fault'));
      return;
    case 'hang':
      if (fault.commits) perform();
      return;
    case 'drip': {
      const apiResponse = perform();
      const bytes = Buffer.from(apiResponse.body);
      response.writeHead(apiResponse.status, {
        ...lengthOf(apiResponse),
        ...headersOf(apiResponse),
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
      const length = fault.chunked ? {} : lengthOf(apiResponse);
      response.writeHead(apiResponse.status, { ...length, ...headersOf(apiResponse), ...headers });
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
      return;
    }
    case 'body': {
      const { status } = perform();
      const contentType = fault.contentType ?? 'application/json';
      return send(delivery, { status: fault.status ?? status, contentType, body: fault.body });
    }
  }
}

function headersOf({ contentType }: Answer): Record<string, string> {
  return {
    ...(contentType !== null && { 'Content-Type': contentType }),
    Vary: 'Accept-Encoding',
    'X-Request-Id': randomBytes(16).toString('hex'),
    'Strict-Transport-Security': 'max-age=31536000',
  };
}

function lengthOf({ contentType, body }: Answer): Record<string, number> {
  return contentType === null ? {} : { 'Content-Length': Buffer.byteLength(body) };
}
