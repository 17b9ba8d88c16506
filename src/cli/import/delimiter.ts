/** The delimiters that are understood, by the names that `--delimiter` takes. */
export const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;

export type DelimiterName = keyof typeof DELIMITERS;

/** What `--delimiter` takes: a name, or the character itself. */
export const DELIMITER_CHOICES: readonly string[] = [...Object.keys(DELIMITERS), ',', ';', '|'];

/** The name of a choice of `--delimiter`. */
export function delimiterNamed(choice: string): DelimiterName | null {
  const found = Object.entries(DELIMITERS).find((entry) => entry.includes(choice));
  return (found?.[0] as DelimiterName | undefined) ?? null;
}

const DELIMITER_LINE = /^"?sep=(.)"?$/i;

/** The delimiter that a line such as `sep=;` names, which Excel reads and writes before the names of the columns. Null if it is none. */
export function namedDelimiter(line: string): string | null {
  return DELIMITER_LINE.exec(line.replace(/\r$/, ''))?.[1] ?? null;
}

/** The delimiter that occurs most often outside of quotes in the line with the names of the columns. Null if none does. */
export function detectDelimiter(header: string): DelimiterName | null {
  const outside = header.replaceAll(/"[^"]*"/g, '');
  const counts = Object.entries(DELIMITERS).map(([name, character]) => ({
    name: name as DelimiterName,
    count: outside.split(character).length - 1,
  }));
  const [first] = counts.toSorted((one, other) => other.count - one.count);
  return first !== undefined && first.count > 0 ? first.name : null;
}
