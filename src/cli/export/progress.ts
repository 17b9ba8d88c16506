import { durationText } from '../duration-text.ts';

/** Shows how far an export is, in one line of a terminal. */
export interface ProgressLine {
  show(customers: number, total: number | null): void;
  /** Removes the line. */
  end(): void;
}

export interface ProgressOptions {
  /** Null if no terminal reads the messages: then nothing is shown. */
  readonly write: ((text: string) => void) | null;
  /** Customers that earlier runs have exported. */
  readonly startedWith: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Erases the line, and goes to its start. */
const CLEAR = '\r\u001b[2K';

export function createProgressLine({ write, startedWith, now }: ProgressOptions): ProgressLine {
  const startedAt = now();
  return {
    show(customers, total) {
      const done = customers - startedWith;
      const share =
        total === null || total === 0 ? '' : ` of ${total} (${Math.floor((100 * customers) / total)}%)`;
      const leftMs =
        total === null || done === 0 ? null : ((now() - startedAt) / done) * Math.max(0, total - customers);
      write?.(
        `${CLEAR}${customers}${share} customers${leftMs === null ? '' : `, about ${durationText(leftMs)} left`}`,
      );
    },
    end: () => write?.(CLEAR),
  };
}
