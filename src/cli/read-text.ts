import { createReadStream } from 'node:fs';
import { errorCode } from '../access/files/guarded-file.ts';

/** Far more than any document or its variables have. */
const MAX_BYTES = 20_000_000;

/** Reads a text file in UTF-8, or standard input if the file is `-`. Returns the text, or why it cannot be read. */
export async function readText(
  file: string,
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const name = file === '-' ? 'standard input' : file;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === '-' ? input : createReadStream(file)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) return { problem: `${name} is larger than ${MAX_BYTES} bytes` };
    }
  } catch (error) {
    const code = errorCode(error);
    return { problem: code === 'ENOENT' ? `${name} does not exist` : `${name} cannot be read (${code})` };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { problem: `${name} is not a text in UTF-8` };
  }
}
