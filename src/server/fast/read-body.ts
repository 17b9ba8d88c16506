import type { IncomingMessage } from 'node:http';

/** Reads the body of a request as text. Never calls back if the caller leaves before its end. */
export function readBody(request: IncomingMessage, onBody: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const [first] = chunks;
    const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    onBody(body.toString());
  });
}
