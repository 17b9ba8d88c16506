import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** How one request is answered. */
export type Answer = (response: ServerResponse) => void;

export interface HostileGateway {
  readonly url: string;
  /** The bodies that arrived. */
  readonly bodies: readonly {
    readonly query?: string;
    readonly documentId?: string;
    readonly variables?: Readonly<Record<string, never>>;
    readonly extensions?: object;
  }[];
}

/** A server in place of the gateway that gives these answers in turn, the last one again and again. It closes with the test. */
export async function startHostileGateway(
  ...answers: readonly [Answer, ...Answer[]]
): Promise<HostileGateway> {
  const bodies: HostileGateway['bodies'][number][] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(JSON.parse(body));
    const answer = answers[bodies.length - 1] ?? answers.at(-1);
    answer?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A server on a TCP port has an AddressInfo; other address types belong to pipes.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, bodies };
}

export const json =
  (content: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/graphql-response+json', ...headers });
    response.end(JSON.stringify(content));
  };

export const text =
  (content: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(content);
  };

export const refusal = (code: string, status: number, details: object = {}): Answer =>
  json({ errors: [{ message: `Refused: ${code}.`, extensions: { code, ...details } }] }, status);

/** Cuts the connection without an answer. */
export const reset: Answer = (response) => {
  response.socket?.resetAndDestroy();
};

/** Cuts the connection in the middle of the answer. */
export const cutOff: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"data":', () => response.socket?.resetAndDestroy());
};

/** Sends headers and then nothing. */
export const silent: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
};

/** Sends a response that never ends, as fast as it is read. */
export const endless: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = ' '.repeat(65_536);
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', write);
  write();
};
