import { durationText } from '../duration-text.ts';

/** Shows how far an export is, in one line of a terminal. */
export interface ProgressLine {
  show(state: ProgressState): void;
  /** Removes the line. */
  end(): void;
}

export interface ProgressOptions {
  /** Null if no terminal reads the messages: then nothing is shown. */
  readonly write: ((text: string) => void) | null;
}

/** How far an export is. */
export interface ProgressState {
  readonly customers: number;
  readonly total: number | null;
  /** Null if it is not known. */
  readonly msLeft: number | null;
}

/** Erases the line, and goes to its start. */
const CLEAR = '\r\u001b[2K';

export function createProgressLine({ write }: ProgressOptions): ProgressLine {
  return {
    show({ customers, total, msLeft }) {
      const share =
        total === null || total === 0 ? '' : ` of ${total} (${Math.floor((100 * customers) / total)}%)`;
      const left = msLeft === null ? '' : `, about ${durationText(msLeft)} left`;
      write?.(`${CLEAR}${customers}${share} customers${left}`);
    },
    end: () => write?.(CLEAR),
  };
}
