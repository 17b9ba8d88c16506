/** Title and heading of the page. */
export const TITLE = 'GraphQL for BigCommerce customers';

/** The page. It is small, so it is painted before its scripts have arrived. @param base address of the assets, with a slash at its end */
export function pageHtml(base: string): string {
  const scripts = ['react.js', 'react-dom.js', 'graphiql.js', 'library.js'];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${TITLE}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}page.css">
<link rel="stylesheet" href="${base}graphiql.css" media="print" id="graphiql-css">
${scripts.map((name) => `<script defer src="${base}${name}"></script>`).join('\n')}
<script type="module" src="${base}page.js"></script>
</head>
<body>
<header class="page-header"><h1>${TITLE}</h1></header>
<main id="graphiql"><p class="loading">Loading GraphiQL ...</p><noscript><p class="loading">GraphiQL needs JavaScript. Other clients send their operations to this address by POST.</p></noscript></main>
</body>
</html>
`;
}
