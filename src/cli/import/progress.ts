import { durationText } from '../duration-text.ts';

/** How far an import is. */
export interface ProgressState {
  readonly done: number;
  readonly total: number;
  readonly rejected: number;
  /** Null if it is not known. */
  readonly msLeft: number | null;
}

export interface Progress {
  show(state: ProgressState): void;
  /** Removes the bar, so that lines can follow. */
  end(): void;
}

export interface ProgressOptions {
  /** Writes to standard error. */
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
}

const BAR_WIDTH = 24;
/** Between two lines in a log. */
const LINE_INTERVAL_MS = 15_000;
const ERASE_LINE = '\r\u001b[K';

/** Shows a bar on a terminal, and elsewhere a line now and then. */
export function createProgress({ write, isTerminal, now }: ProgressOptions): Progress {
  let lastAt = now();
  return {
    show(state) {
      if (isTerminal) return write(`${ERASE_LINE}${bar(state)} ${progressText(state)}`);
      if (now() - lastAt < LINE_INTERVAL_MS) return;
      lastAt = now();
      write(`${progressText(state)}\n`);
    },
    end() {
      if (isTerminal) write(ERASE_LINE);
    },
  };
}

function bar({ done, total }: ProgressState): string {
  const filled = total === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done) / total);
  return `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`;
}

/** `1200 of 10000 rows, 3 rejected, about 4 min left`. */
export function progressText({ done, total, rejected, msLeft }: ProgressState): string {
  return [
    `${done} of ${total} rows`,
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
    ...(msLeft === null || done >= total ? [] : [`about ${durationText(msLeft)} left`]),
  ].join(', ');
}
