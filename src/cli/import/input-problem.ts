import { printable } from '../printable.ts';

/** Where something is in an input, counted from 1. */
export interface Place {
  readonly line: number;
  /** The cell of the row. Null if it is not one cell. */
  readonly column?: { readonly number: number; readonly name: string | null } | null;
  /** The character of the line. Null if it is not known. */
  readonly character?: number | null;
}

/** An input that is refused as a whole. The message names places, and never quotes a value. */
export class InputProblem extends Error {
  readonly reason: string;
  readonly place: Place | null;

  constructor(reason: string, place: Place | null = null) {
    super(place === null ? reason : `${placeText(place)}: ${reason}`);
    this.name = 'InputProblem';
    this.reason = reason;
    this.place = place;
  }
}

/** `line 3, column 2 (email), character 14`. */
function placeText({ line, column = null, character = null }: Place): string {
  const name = column === null || column.name === null ? '' : ` (${shownName(column.name)})`;
  const cell = column === null ? '' : `, column ${column.number}${name}`;
  return `line ${line}${cell}${character === null ? '' : `, character ${character}`}`;
}

/** Longest name of a column that a message quotes. */
const MAX_NAME = 60;

/** A name from the input as a message shows it. */
export function shownName(name: string): string {
  const text = printable(name).replaceAll('\n', ' ');
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}...` : text;
}

/** What is wrong with one row, which is rejected while the others go on. */
export interface RowProblem {
  /** A code of the API, such as INVALID, or one of those that only an input has. */
  readonly code: string;
  /** The name of the column, or the path of the field. Null if it is the whole row. */
  readonly field: string | null;
  /** A sentence without values. */
  readonly message: string;
}
