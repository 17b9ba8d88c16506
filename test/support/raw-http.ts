import { connect } from 'node:net';

/** Writes raw chunks to a server. Resolves with everything it sends until the connection closes. */
export function sendRaw(url: string, ...chunks: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    // A reset while sending is reported as an error, although the server may have responded.
    socket.on('error', (error) => (socket.bytesWritten > 0 ? resolve(answer) : reject(error)));
    socket.on('close', () => resolve(answer));
    for (const chunk of chunks) socket.write(chunk);
  });
}

/** The text of an HTTP/1.1 request with `connection: close`. */
export function requestText(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all = { host: 'localhost', connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [line, ...lines, '', body].join('\r\n');
}

/** The status code of a raw response. 0 if there was none. */
export function parseStatus(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
