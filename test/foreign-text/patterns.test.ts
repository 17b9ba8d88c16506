import { globSync, readFileSync } from 'node:fs';
import {
  createSourceFile,
  forEachChild,
  isRegularExpressionLiteral,
  type Node,
  ScriptTarget,
} from 'typescript';
import { describe, expect, test } from 'vitest';
import { bestGrowth } from '../support/cpu-growth.ts';

/** Every regular expression in the source, by the place where it stands. New ones are tested without being listed. */
function patternsOf(root: string): ReadonlyMap<string, RegExp> {
  const patterns = new Map<string, RegExp>();
  for (const file of globSync('**/*.ts', { cwd: root })) {
    const source = createSourceFile(file, readFileSync(`${root}/${file}`, 'utf8'), ScriptTarget.Latest, true);
    const visit = (node: Node): void => {
      if (isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        patterns.set(`${file} ${node.text}`, new RegExp(node.text.slice(1, end), node.text.slice(end + 1)));
      }
      forEachChild(node, visit);
    };
    visit(source);
  }
  return patterns;
}

/** Characters that patterns treat differently, and the literal texts of the pattern itself. */
function repeatedParts({ source }: RegExp): readonly string[] {
  const literals = source.match(/(?:[a-z "':@,;=<>_%&#-]|\\[/.()[\]]){2,}/gi) ?? [];
  const texts = literals.map((text) => text.replaceAll('\\', ''));
  return [...' \t\na1A.@"\'\\[]():;,/%-&#_=\u00e9', 'a1', 'a ', 'a.', 'a,', ' a', '1:', '\\"', ...texts];
}

/** A text that a pattern could try again from each of its characters. */
function hostileTexts(pattern: RegExp): readonly ((length: number) => string)[] {
  const [first = ''] = pattern.source.match(/[a-z"'[&@/]+/i) ?? [];
  const starts = [...new Set(['', first, '"', '[', '1', 'a'])];
  return repeatedParts(pattern).flatMap((part) =>
    starts.map((start) => (length: number) => `${start}${part.repeat(length / part.length)}\u0000`),
  );
}

/** Runs a pattern as `replaceAll` and `matchAll` do: from each place at which it may match. */
function search(pattern: RegExp, text: string): void {
  text.replace(pattern, '');
}

const LENGTH = 20_000;

describe('twice the text costs at most three times the CPU', () => {
  test.each([...patternsOf('src')])('%s', (_place, pattern) => {
    for (const textOf of hostileTexts(pattern)) {
      const growth = bestGrowth((length) => search(pattern, textOf(length)), LENGTH);
      expect(growth, JSON.stringify(textOf(20))).toBeLessThan(3);
    }
  });
});

test('a pattern that tries again from each character is found', () => {
  const pattern = / +at x/;
  const isFound = hostileTexts(pattern).some(
    (textOf) => bestGrowth((length) => search(pattern, textOf(length)), LENGTH) > 3,
  );
  expect(isFound).toBe(true);
});

test('no pattern is made from a text at run time', () => {
  for (const file of globSync('**/*.ts', { cwd: 'src' }))
    expect(readFileSync(`src/${file}`, 'utf8'), file).not.toMatch(/\bRegExp\(/);
});
