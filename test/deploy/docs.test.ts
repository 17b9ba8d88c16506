import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentedVariables } from '../../src/config/variables.ts';

const PAGE = 'docs/deploy.md';
const page = readFileSync(PAGE, 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Variables that Node or compose.yaml reads. */
const OTHERS = ['NODE_OPTIONS', 'VALKEY_PASSWORD'];

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

test.each(documents)('each link of %s leads to a file and a heading that exist', (document) => {
  expect(brokenLinks(document, readFileSync(document, 'utf8'))).toEqual([]);
});

test('a link to a file or a heading that does not exist is found', () => {
  expect(brokenLinks(PAGE, '[a](none.md), [b](#none), [c](access.md#none), [d](access.md#callers)')).toEqual([
    'none.md',
    '#none',
    'access.md#none',
  ]);
});

test('each file that docs/deploy.md names exists', () => {
  const named = [...page.matchAll(/(?<![\w/.])(?:deploy|docs|scripts|test)\/[\w./-]*\w/g)].map(
    ([path]) => path,
  );
  expect(named).toContain('deploy/kubernetes/example');
  for (const path of [...named, 'Containerfile', 'compose.yaml']) expect(path).toSatisfy(existsSync);
});

test('docs/deploy.md names only variables and npm scripts that exist', () => {
  const variables = [...page.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/g)].map(([, name]) => name);
  expect(variables.length).toBeGreaterThan(10);
  expect([...documentedVariables.map(({ name }) => name), ...OTHERS, 'OVERLOADED']).toEqual(
    expect.arrayContaining(variables),
  );
  const named = [...page.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test('the Secret that docs/deploy.md creates has the entries that the pods read', () => {
  const created = [...page.matchAll(/--from-(?:file|literal)=([\w.-]+)=/g)].map(([, key]) => key);
  const { spec } = parse(readFileSync('deploy/kubernetes/base/deployment.yaml', 'utf8')).spec.template;
  const [{ env }] = spec.containers as [{ env: { valueFrom?: { secretKeyRef: { key: string } } }[] }];
  const [{ secret }] = spec.volumes as [{ secret: { items: { key: string }[] } }];
  const read = [
    ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.key ?? []),
    ...secret.items.map(({ key }) => key),
  ];
  expect(created.toSorted()).toEqual(read.toSorted());
});

function brokenLinks(document: string, text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', heading] = link.split('#', 2);
    const target = path === '' ? document : join(dirname(document), path);
    if (!existsSync(target)) return true;
    if (heading === undefined || !target.endsWith('.md')) return false;
    return !headings(
      target === document && path === ''
        ? text + readFileSync(document, 'utf8')
        : readFileSync(target, 'utf8'),
    ).includes(heading);
  });
}

/** The ids that GitHub gives the headings of a document. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}
