import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Phrases that are hard to read for people in a hurry, each with the plain wording. */
export const WORD_LIST: readonly (readonly [phrase: RegExp, plain: string])[] = [
  [/\bat the (most|least)\b/i, 'at most, at least'],
  [/\b(whoever|whomever|nobody)\b/i, 'the caller, a caller, no one; or make the thing itself the subject'],
  [/\botherwise than\b/i, 'differently from'],
  [/\bfor want of\b/i, 'because there is no'],
  [/\bfor the sake of\b/i, 'for, to'],
  [/\bthat only grows?\b/i, 'monotonic'],
  [/\b(is|are|was|were|be|been) told\b/i, 'is reported, gets, learns'],
  [/\b(tells|told|tell|telling) of\b/i, 'reports, describes'],
  [/\ball the same\b/i, 'still, nevertheless'],
  [/\bof late\b/i, 'recently'],
  [/\bNull where\b/, 'Null if'],
  [/\bno matter (who|what|how)\b/i, 'regardless of'],
  [/\bcomes? to nothing\b/i, 'has no effect'],
  [/\bin vain\b/i, 'without effect'],
  [/\bas it were\b/i, '(leave it out)'],
  [/\b(hereby|thereby|whereby|herein|therein|thereof|wherein|heretofore|hitherto)\b/i, 'a plain clause'],
];

const ROOTS = [
  'src',
  'docs',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'schema.graphql',
];
const READ = /\.(ts|md|graphql|yml)$/;

/** One line per use of a listed phrase below `root`: `file:line: "phrase": plain wording`. */
export function checkWords(root: string): string[] {
  return ROOTS.flatMap((name) => filesBelow(join(root, name))).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        WORD_LIST.flatMap(([phrase, plain]) => {
          const found = phrase.exec(line)?.[0];
          return found === undefined
            ? []
            : [`${file.slice(root.length + 1)}:${index + 1}: "${found}": ${plain}`];
        }),
      ),
  );
}

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => READ.test(name))
    .map((name) => join(path, name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const uses = checkWords(process.cwd());
  for (const use of uses) console.error(use);
  if (uses.length > 0) process.exit(1);
  console.log('words: no listed phrase');
}
