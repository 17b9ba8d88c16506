import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a page. */
export interface Fence {
  /** `docs/cost.md:12`, the line of the opening fence. */
  readonly place: string;
  readonly page: string;
  /** The first word of the info string, which GitHub uses for colours. Empty if there is none. */
  readonly language: string;
  /** The other words of the info string, which GitHub does not show: `fails=BAD_USER_INPUT`, `not-run="needs Docker"`. */
  readonly marks: ReadonlyMap<string, string>;
  readonly code: string;
}

/** The pages that users read. The decisions and the changelog have no snippets to run, but have fences and links. */
export const PAGES: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
    .toSorted(),
];

export function readPage(page: string): string {
  return readFileSync(page, 'utf8');
}

const OPENING = /^( *)(`{3,}|~{3,})(.*)$/;
const MARK = /([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g;

/** The fenced blocks of a page, in order. @throws if one is not closed */
export function fencesOf(page: string, text = readPage(page)): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { readonly line: number; readonly fence: string; readonly info: string } | null = null;
  let code: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, , fence = '', info = ''] = OPENING.exec(line) ?? [];
    if (open === null) {
      if (fence === '') continue;
      open = { line: index + 1, fence, info };
      code = [];
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      fences.push(toFence(page, open, code));
      open = null;
    } else code.push(line);
  }
  if (open !== null) throw new Error(`${page}:${open.line}: the block is not closed`);
  return fences;
}

function toFence(
  page: string,
  { line, info }: { readonly line: number; readonly info: string },
  code: readonly string[],
): Fence {
  const [, language = '', rest = ''] = /^\s*(\S*)(.*)$/.exec(info) ?? [];
  const marks = [...rest.matchAll(MARK)].map(
    ([, name = '', quoted, plain]) => [name, quoted ?? plain ?? ''] as const,
  );
  return { place: `${page}:${line}`, page, language, marks: new Map(marks), code: code.join('\n') };
}

/** All fenced blocks of all pages. */
export const FENCES: readonly Fence[] = PAGES.flatMap((page) => fencesOf(page));
