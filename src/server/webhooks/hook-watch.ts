import { NEEDED_SCOPES } from '../../rest/cache/events.ts';
import { type Hook, type HooksRest, hookProblems } from '../../rest/hooks.ts';

export interface HookWatchOptions {
  readonly hooks: Pick<HooksRest, 'list'>;
  /** The destination of the webhooks. */
  readonly url: () => string;
  readonly hasSecret: (hook: Hook) => boolean;
  /** Called when events are known to arrive again. What was kept meanwhile may have missed some. */
  readonly onArrivalsResume: () => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Knows whether the store's events arrive. */
export interface HookWatch {
  /** Whether they are known to arrive. */
  readonly eventsArrive: () => boolean;
  /** Why they do not arrive. Empty if they do, or if that is not known yet. */
  problems(): readonly string[];
  /** Reads the webhooks at the store. Without an answer the last one counts. */
  check(): Promise<void>;
  /** Notes that an event arrived. */
  noteDelivery(): void;
  /** Notes that the store could not deliver events. */
  noteException(): void;
  /** Notes a change that no event has announced. @param at in Unix milliseconds */
  noteMissed(at: number): void;
}

export function createHookWatch(options: HookWatchOptions): HookWatch {
  const { hooks, url, hasSecret, onArrivalsResume, now } = options;
  /** Null until the first answer. */
  let found: readonly string[] | null = null;
  let deliveredAt = 0;
  let missedAt = 0;

  const isSilent = () => missedAt > deliveredAt;
  const eventsArrive = () => found?.length === 0 && !isSilent();

  /** Makes a change of what is known. */
  function change(apply: () => void): void {
    const didArrive = eventsArrive();
    apply();
    if (!didArrive && eventsArrive()) onArrivalsResume();
  }

  return {
    eventsArrive,
    problems() {
      if (found === null || eventsArrive()) return [];
      const silent = isSilent() ? ['customers changed, but no event arrived'] : [];
      return [...found, ...silent].map((problem) => `webhooks: ${problem}`);
    },
    async check() {
      const problems = hookProblems(await hooks.list(), NEEDED_SCOPES, url(), hasSecret);
      change(() => {
        found = problems;
      });
    },
    noteDelivery() {
      change(() => {
        deliveredAt = now();
      });
    },
    noteException() {
      missedAt = now();
    },
    noteMissed(at) {
      missedAt = Math.max(missedAt, at);
    },
  };
}
