import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { graphiqlOptions } from './graphiql.ts';

/** Serves GraphiQL to browsers, from a package that holds all of it. The page asks no other host for anything. */
export function graphiqlPage(): Plugin {
  let page: Promise<Page> | null = null;

  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      const isForPage = request.method === 'GET' && url.pathname === '/graphql';
      if (!isForPage || !request.headers.get('accept')?.includes('text/html')) return;
      // Nine megabytes of script that never change: made at the first use, and kept.
      page ??= createPage();
      const { plain, packed, etag } = await page;
      if (request.headers.get('if-none-match')?.includes(etag)) {
        return endResponse(new fetchAPI.Response(null, { status: 304, headers: { ...HEADERS, etag } }));
      }
      const takesPacked = request.headers.get('accept-encoding')?.includes('gzip') === true;
      endResponse(
        new fetchAPI.Response(takesPacked ? packed : plain, {
          headers: { ...HEADERS, etag, ...(takesPacked && { 'content-encoding': 'gzip' }) },
        }),
      );
    },
  };
}

interface Page {
  readonly plain: Buffer<ArrayBuffer>;
  readonly packed: Buffer<ArrayBuffer>;
  readonly etag: string;
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  // The browser keeps the page, and asks each time whether it is still the one.
  'cache-control': 'no-cache',
  vary: 'accept, accept-encoding',
  // All scripts are in the page; what they ask for can only be ours, and no other site may frame it.
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data:; " +
    "font-src data:; worker-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

// GraphiQL lets a tab jump aside when the mouse goes down on it, so that the first click on it is lost.
const TABS_STAY = '<style>.graphiql-tab { transform: none !important; }</style>';

async function createPage(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL(graphiqlOptions);
  const plain = Buffer.from(html.trimStart().replace('</head>', () => `${TABS_STAY}</head>`));
  const packed = await promisify(gzip)(plain);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`;
  return { plain, packed, etag };
}
