import { createHash } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { chooseCoding } from '../http/compression.ts';
import { ASSETS_PATH } from '../http/route.ts';
import { type Asset, loadAssets } from './assets.ts';
import { pageHtml } from './html.ts';

/**
 * Serves GraphiQL to browsers at `/graphql`, and its files below `/graphql/assets`. The page is revalidated each time. The
 * address of a file contains a hash, so browsers keep it for a year.
 */
export function graphiqlPage(): Plugin {
  let page: ReturnType<typeof createPage> | null = null;
  // Read on first use, then kept: most processes never serve the page.
  const getPage = () => {
    page ??= createPage();
    return page;
  };

  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      const { headers, method } = request;
      const isRead = method === 'GET' || method === 'HEAD';
      if (url.pathname.startsWith(ASSETS_PATH)) {
        if (!isRead)
          return endResponse(new fetchAPI.Response(null, { status: 405, headers: { allow: 'GET, HEAD' } }));
        const { assets } = await getPage();
        const [hash, name = ''] = url.pathname.slice(ASSETS_PATH.length).split('/');
        const asset = hash === assets.hash ? assets.files.get(name) : undefined;
        if (asset === undefined) return endResponse(new fetchAPI.Response('Not found.\n', { status: 404 }));
        const etag = `"${assets.hash}"`;
        if (matches(headers, etag))
          return endResponse(new fetchAPI.Response(null, { status: 304, headers: { ...FOREVER, etag } }));
        const encoded = await encode(asset, headers.get('accept-encoding'));
        const type = { 'content-type': asset.type };
        return endResponse(
          new fetchAPI.Response(encoded.body, { headers: { ...FOREVER, ...type, ...encoded.headers, etag } }),
        );
      }
      if (!isRead || url.pathname !== '/graphql' || !headers.get('accept')?.includes('text/html')) return;
      const { html, etag } = await getPage();
      endResponse(
        matches(headers, etag)
          ? new fetchAPI.Response(null, { status: 304, headers: { ...PAGE_HEADERS, etag } })
          : new fetchAPI.Response(html, { headers: { ...PAGE_HEADERS, etag } }),
      );
    },
  };
}

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  // Browsers cache the page and revalidate it each time.
  'cache-control': 'no-cache',
  vary: 'accept',
  // Scripts come from this origin alone, and can connect only to it. No site may frame the page.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

const FOREVER: Readonly<Record<string, string>> = {
  'cache-control': 'public, max-age=31536000, immutable',
  vary: 'accept-encoding',
};

function matches(headers: Headers, etag: string): boolean {
  return headers.get('if-none-match')?.includes(etag) === true;
}

async function encode(asset: Asset, acceptEncoding: string | null) {
  const coding = chooseCoding(acceptEncoding);
  if (coding === null) return { body: asset.plain, headers: {} };
  return { body: await asset.encoded(coding), headers: { 'content-encoding': coding } };
}

async function createPage() {
  const assets = await loadAssets();
  const html = pageHtml(`${ASSETS_PATH}${assets.hash}/`);
  const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 16)}"`;
  return { assets, html, etag };
}
