import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Coding } from '../http/compression.ts';
import { library } from './library/index.ts';

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly plain: Buffer<ArrayBuffer>;
  /** Compresses on first use, once for each coding. */
  encoded(coding: Coding): Promise<Buffer<ArrayBuffer>>;
}

export interface Assets {
  /** Hash of all files. It is part of their addresses, so an address never has another content. */
  readonly hash: string;
  readonly files: ReadonlyMap<string, Asset>;
}

/** The files of other packages, by the name under which they are served. */
export const PACKAGE_FILES: Readonly<Record<string, string>> = {
  'react.js': 'react/umd/react.production.min.js',
  'react-dom.js': 'react-dom/umd/react-dom.production.min.js',
  'graphiql.js': 'graphiql/dist/index.umd.js',
  'graphiql.css': 'graphiql/dist/style.css',
};

const OWN_FILES = [
  'page.js',
  'store.js',
  'answer-pane.js',
  'fetcher.js',
  'library-pane.js',
  'repairs.js',
  'price.js',
  'page.css',
] as const;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** The folder of the page. The built package has the files of other packages in it too. */
const FOLDER = new URL('./page/', import.meta.url);

/** The source of a file of another package: its copy in the built package, or the installed package of a clone. */
export function packageFile(name: string): URL {
  const copy = new URL(`packages/${name}`, FOLDER);
  if (existsSync(copy)) return copy;
  const [folder = '', ...path] = (PACKAGE_FILES[name] ?? '').split('/');
  return new URL(path.join('/'), import.meta.resolve(`${folder}/package.json`));
}

/** Reads the files of the page. Rejects if one is missing. */
export async function loadAssets(): Promise<Assets> {
  const sources: ReadonlyArray<readonly [name: string, url: URL]> = [
    ...Object.keys(PACKAGE_FILES).map((name) => [name, packageFile(name)] as const),
    ...OWN_FILES.map((name) => [name, new URL(name, FOLDER)] as const),
  ];
  const read = await Promise.all(
    sources.map(async ([name, url]) => [name, withoutSourceMap(await readFile(url, 'utf8'))] as const),
  );
  const texts = [...read, ['library.js', `globalThis.library = ${JSON.stringify(library)};\n`] as const];
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('base64url').slice(0, 16);
  return { hash, files: new Map(texts.map(([name, text]) => [name, createAsset(name, text)])) };
}

// Its address would be requested by developer tools, and is not served.
function withoutSourceMap(text: string): string {
  return text.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');
}

function createAsset(name: string, text: string): Asset {
  const plain = Buffer.from(text);
  const made = new Map<Coding, Promise<Buffer<ArrayBuffer>>>();
  return {
    type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    plain,
    encoded(coding) {
      const encoded = made.get(coding) ?? COMPRESS[coding](plain);
      made.set(coding, encoded);
      return encoded;
    },
  };
}

// The best levels that a first request does not wait for noticeably: a second of CPU time in all.
const COMPRESS: Readonly<Record<Coding, (body: Buffer) => Promise<Buffer<ArrayBuffer>>>> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } }),
  gzip: (body) => promisify(gzip)(body, { level: 9 }),
};
