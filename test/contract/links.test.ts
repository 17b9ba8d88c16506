import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { fencesOf, PAGES, readPage } from '../docs/pages.ts';

const LINK = /!?\[(?:[^\][]|\[[^\]]*\])*\]\(([^)\s]+)\)/g;
const INDEX = 'docs/README.md';

test.each(PAGES)('every link of %s leads to a file and a heading that exist', (page) => {
  expect(deadLinks(page, readPage(page))).toEqual([]);
});

test('every page is reached from the index of the documentation', () => {
  const linked = new Set(targetsOf(INDEX, readPage(INDEX)).map(({ file }) => file));
  const pages = PAGES.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/'));
  expect(pages.filter((page) => page !== INDEX && !linked.has(page))).toEqual([]);
  expect(linked).toContain('docs/decisions/README.md');
  const decisions = targetsOf('docs/decisions/README.md', readPage('docs/decisions/README.md'));
  const listed = new Set(['docs/decisions/README.md', ...decisions.map(({ file }) => file)]);
  expect(PAGES.filter((page) => page.startsWith('docs/decisions/') && !listed.has(page))).toEqual([]);
});

test('a link to a file or a heading that does not exist is found', () => {
  const text = '[a](missing.md) [b](cost.md#missing) [c](cost.md#cost) [d](#here) [e](#gone)\n\n## Here\n';
  expect(deadLinks('docs/x.md', text)).toEqual(['missing.md', 'cost.md#missing', '#gone']);
});

test('the anchors of headings are those of GitHub', () => {
  expect(anchorsOf('x.md', '# The `id`, and more!\n## A\n## A\n```sh\n# no heading\n```\n')).toEqual(
    new Set(['the-id-and-more', 'a', 'a-1']),
  );
});

interface Target {
  /** The link as it is written. */
  readonly link: string;
  readonly file: string;
  readonly anchor: string;
}

function targetsOf(page: string, text: string): readonly Target[] {
  return [...withoutFences(page, text).matchAll(LINK)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#');
      return { link, file: path === '' ? page : normalize(join(dirname(page), path)), anchor };
    });
}

function deadLinks(page: string, text: string): readonly string[] {
  return targetsOf(page, text)
    .filter(({ file, anchor }) => {
      if (file !== page && !existsSync(file)) return true;
      if (anchor === '' || !file.endsWith('.md') || (existsSync(file) && statSync(file).isDirectory()))
        return false;
      return !anchorsOf(file, file === page ? text : readPage(file)).has(anchor);
    })
    .map(({ link }) => link);
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string, text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const [, heading = ''] of withoutFences(page, text).matchAll(/^#{1,6} +(.*)$/gm)) {
    const plain = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

function withoutFences(page: string, text: string): string {
  return fencesOf(page, text).reduce((rest, { code }) => (code === '' ? rest : rest.replace(code, '')), text);
}
