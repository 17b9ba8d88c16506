import { NEEDED_SCOPES } from '../../rest/cache/events.ts';
import { parseMilliseconds, type SharedNotes } from '../../rest/cache/shared-notes.ts';
import { type Hook, type HooksRest, hookProblems } from '../../rest/hooks.ts';
import { parseJsonOrNull } from '../../rest/wire/decode.ts';

export interface HookWatchOptions {
  readonly hooks: Pick<HooksRest, 'list'>;
  /** The destination of the webhooks. */
  readonly url: () => string;
  readonly hasSecret: (hook: Hook) => boolean;
  /** What the replicas know together. @default null: there is one */
  readonly notes?: Pick<SharedNotes, 'read' | 'write' | 'raise'> | null;
  /** Called when events are known to arrive again. What was kept meanwhile may have missed some. */
  readonly onArrivalsResume: () => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Knows whether the store's events arrive. */
export interface HookWatch {
  /** Whether they are known to arrive. */
  readonly eventsArrive: () => boolean;
  /** When the last one arrived, in Unix milliseconds. Null if none is known of. */
  lastEventAt(): number | null;
  /** Whether customers changed since, and no event announced it. */
  readonly isSilent: () => boolean;
  /** Why they do not arrive. Empty if they do, or if that is not known yet. */
  problems(): readonly string[];
  /** Reads the webhooks at the store. Without an answer the last one counts. */
  check(): Promise<void>;
  /** Takes over what other replicas have found and received. Rejects if they cannot share anything. */
  sync(): Promise<void>;
  /** Notes that an event arrived. */
  noteDelivery(): void;
  /** Notes that the store could not deliver events. */
  noteException(): void;
  /** Notes a change that no event has announced. @param at in Unix milliseconds */
  noteMissed(at: number): void;
}

/** Milliseconds between two notes of a delivery for the other replicas. */
const NOTE_EVERY_MS = 1_000;

export function createHookWatch(options: HookWatchOptions): HookWatch {
  const { hooks, url, hasSecret, notes = null, onArrivalsResume, now } = options;
  let notedAt = Number.NEGATIVE_INFINITY;
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

  function share(name: 'deliveredAt' | 'missedAt', at: number): void {
    notes?.raise(name, at).catch(() => {});
  }

  return {
    eventsArrive,
    lastEventAt: () => (deliveredAt === 0 ? null : deliveredAt),
    isSilent,
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
      await notes?.write({ problems: JSON.stringify(problems) });
    },
    async sync() {
      if (notes === null) return;
      const shared = await notes.read();
      change(() => {
        found = parseProblems(shared.problems) ?? found;
        deliveredAt = Math.max(deliveredAt, parseMilliseconds(shared.deliveredAt) ?? 0);
        missedAt = Math.max(missedAt, parseMilliseconds(shared.missedAt) ?? 0);
      });
    },
    noteDelivery() {
      const at = now();
      if (isSilent() || at - notedAt >= NOTE_EVERY_MS) {
        notedAt = at;
        share('deliveredAt', at);
      }
      change(() => {
        deliveredAt = at;
      });
    },
    noteException() {
      missedAt = now();
      share('missedAt', missedAt);
    },
    noteMissed(at) {
      missedAt = Math.max(missedAt, at);
      share('missedAt', missedAt);
    },
  };
}

function parseProblems(text: string | undefined): readonly string[] | null {
  const parsed: unknown = parseJsonOrNull(text ?? '');
  return Array.isArray(parsed) ? parsed.filter((problem) => typeof problem === 'string') : null;
}
