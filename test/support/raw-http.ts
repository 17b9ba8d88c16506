import { connect } from 'node:net';

/** Writes these bytes to the server at the address, and answers what came back until the connection was closed. */
export function say(url: string, ...chunks: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    // Whoever is cut off while still sending hears of that as an error.
    socket.on('error', (error) => (socket.bytesWritten > 0 ? resolve(answer) : reject(error)));
    socket.on('close', () => resolve(answer));
    for (const chunk of chunks) socket.write(chunk);
  });
}

/** A request, line by line, whose answer ends the connection. */
export function request(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all = { host: 'localhost', connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [line, ...lines, '', body].join('\r\n');
}

/** The status of an answer; 0 where there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
