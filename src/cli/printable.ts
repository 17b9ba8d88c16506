import { stripVTControlCharacters } from 'node:util';

/** The text of somebody else, without characters that control a terminal. Lines stay, and columns too if it contains no sequences. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', ' ')
    .replace(/(?!\n)\p{Cc}/gu, '');
}
