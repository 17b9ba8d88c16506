/** What is wrong with a text that JSON.parse has refused, without the part that its message quotes. @param error what it threw */
export function jsonProblem(error: unknown): string {
  const [, line, character] = / at position \d+ \(line (\d+) column (\d+)\)/.exec(String(error)) ?? [];
  if (line === undefined || character === undefined) return 'not valid JSON';
  return `not valid JSON: ${line === '1' ? '' : `line ${line}, `}character ${character} is unexpected`;
}
