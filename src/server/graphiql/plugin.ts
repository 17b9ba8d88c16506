import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { acceptsCoding } from '../http/compression.ts';
import { graphiqlOptions } from './examples.ts';

/** Serves GraphiQL to browsers as one self-contained page, which sends no requests to other hosts. */
export function graphiqlPage(): Plugin {
  let page: Promise<Page> | null = null;

  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      const isForPage = request.method === 'GET' && url.pathname === '/graphql';
      if (!isForPage || !request.headers.get('accept')?.includes('text/html')) return;
      // Nine megabytes of static script: built on first use, then cached.
      page ??= createPage();
      const { plain, gzipped, etag } = await page;
      if (request.headers.get('if-none-match')?.includes(etag)) {
        return endResponse(new fetchAPI.Response(null, { status: 304, headers: { ...HEADERS, etag } }));
      }
      const acceptsGzip = acceptsCoding(request.headers.get('accept-encoding'), 'gzip');
      endResponse(
        new fetchAPI.Response(acceptsGzip ? gzipped : plain, {
          headers: { ...HEADERS, etag, ...(acceptsGzip && { 'content-encoding': 'gzip' }) },
        }),
      );
    },
  };
}

interface Page {
  readonly plain: Buffer<ArrayBuffer>;
  readonly gzipped: Buffer<ArrayBuffer>;
  readonly etag: string;
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  // Browsers cache the page and revalidate it each time.
  'cache-control': 'no-cache',
  vary: 'accept, accept-encoding',
  // All scripts are inline. They can connect only to this origin, and no site may frame the page.
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data:; " +
    "font-src data:; worker-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

// GraphiQL moves a tab on mouse-down, so the first click on it is lost.
const TAB_STYLE = '<style>.graphiql-tab { transform: none !important; }</style>';

async function createPage(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL(graphiqlOptions);
  const plain = Buffer.from(html.trimStart().replace('</head>', () => `${TAB_STYLE}</head>`));
  const gzipped = await promisify(gzip)(plain);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`;
  return { plain, gzipped, etag };
}
