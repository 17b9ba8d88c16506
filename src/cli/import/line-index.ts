/** Finds the line of an offset in a text that arrives in pieces. */
export interface LineIndex {
  /** Takes over the next piece. */
  add(piece: Uint8Array): void;
  /** The line, from 1, that an offset in bytes is in. It must not be before one that was forgotten. */
  lineOf(offset: number): number;
  /** Forgets the lines that end before an offset. */
  forgetBefore(offset: number): void;
}

const [LF, CR] = [0x0a, 0x0d];

/** Forgetting copies the rest. */
const FORGOTTEN_AT_ONCE = 1_000;

/** Lines end with LF, CR LF or CR. */
export function createLineIndex(): LineIndex {
  /** Offsets at which lines begin. The first one is that of the line `firstLine`. */
  let starts: number[] = [0];
  let firstLine = 1;
  let length = 0;
  let endsWithCr = false;

  return {
    add(piece) {
      for (let at = 0; at < piece.length; at += 1) {
        const isLf = piece[at] === LF;
        // The line that began behind CR begins behind CR LF.
        if (isLf && endsWithCr) starts[starts.length - 1] = length + at + 1;
        else if (isLf || piece[at] === CR) starts.push(length + at + 1);
        endsWithCr = piece[at] === CR;
      }
      length += piece.length;
    },
    lineOf(offset) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return firstLine + low;
    },
    forgetBefore(offset) {
      const next = starts.findIndex((start) => start > offset);
      const count = (next === -1 ? starts.length : next) - 1;
      if (count < FORGOTTEN_AT_ONCE) return;
      starts = starts.slice(count);
      firstLine += count;
    },
  };
}
