import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';

type Decompress = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: inflateEither,
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

// RFC 9110 says that `deflate` has a zlib header; some servers leave it out.
async function inflateEither(body: Buffer, options: { readonly maxOutputLength: number }): Promise<Buffer> {
  const hasHeader = body.length >= 2 && (body.readUInt8(0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
  return promisify(hasHeader ? inflate : inflateRaw)(body, options);
}

/** The content codings of a response, in the order in which they were applied. Empty if it is not compressed. */
export function contentCodings(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  return [header]
    .flat()
    .flatMap((line) => line.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/**
 * Decompresses a body. The gateway does not ask for compression, but a proxy may compress nevertheless.
 *
 * @param maxBytes maximum length of the decompressed body
 * @returns null if a coding is unknown
 * @throws an error of node:zlib if the body is invalid, with code ERR_BUFFER_TOO_LARGE if it is too long
 */
export async function decompress(
  body: Buffer,
  codings: readonly string[],
  maxBytes: number,
): Promise<Buffer | null> {
  let plain = body;
  for (const coding of codings.toReversed()) {
    const undo = Object.hasOwn(DECOMPRESS, coding) ? DECOMPRESS[coding] : undefined;
    if (undo === undefined) return null;
    plain = await undo(plain, { maxOutputLength: maxBytes });
  }
  return plain;
}
