import type { DocumentNode } from 'graphql';
import { afterPolling } from '../../after-polling.ts';
import type { Compression } from '../http/compression.ts';
import { corsHeaders } from '../http/csrf.ts';
import { SECURITY_HEADERS } from '../http/security-headers.ts';
import { type Exchange, isGone } from './exchange.ts';

export interface RespondOptions {
  readonly corsOrigins: readonly string[];
  readonly compression: Compression;
}

/** A response as GraphQL gives it. */
export interface JsonResponse {
  readonly status: number;
  /** Headers in addition to those of every response. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in UTF-8. */
  readonly body: Buffer<ArrayBuffer>;
  readonly document: DocumentNode;
}

/** Sends a response with the headers that Yoga's path gives it, unless the caller has left. */
export type Respond = (exchange: Exchange, response: JsonResponse) => void;

export function createRespond({ corsOrigins, compression }: RespondOptions): Respond {
  return (exchange, { status, headers, body, document }) => {
    if (isGone(exchange)) return;
    const { head, state, responseType } = exchange;
    const cors = corsHeaders(head, corsOrigins);
    const coding = compression.selectsCredential(document)
      ? null
      : compression.codingFor(head.header('accept-encoding'), body.length);
    exchange.status = status;
    const all = {
      'content-type': `${responseType}; charset=utf-8`,
      ...headers,
      'content-length': body.length,
      'x-request-id': state.requestId ?? '',
      ...SECURITY_HEADERS,
      ...cors,
      vary: cors.vary === undefined ? 'Accept-Encoding' : `${cors.vary}, Accept-Encoding`,
    };
    if (coding === null) return end(exchange, status, all, body);
    void compression.compress(body, coding).then(({ body: compressed }) => {
      const encoded = { ...all, 'content-length': compressed.length, 'content-encoding': coding };
      end(exchange, status, encoded, compressed);
    });
  };
}

function end(
  exchange: Exchange,
  status: number,
  headers: Readonly<Record<string, string | number>>,
  body: Buffer,
): void {
  afterPolling(() => {
    if (isGone(exchange)) return;
    exchange.response.writeHead(status, headers);
    exchange.response.end(body);
  });
}
