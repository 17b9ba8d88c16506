import type { Commit } from './model-store.ts';
import type { EntityKey, Truth } from './truth.ts';

/** What a read returned. */
export interface ReadAnswer {
  /** The value of each record that it shows. Null: it shows that there is none. */
  readonly values: readonly (readonly [EntityKey, string | null])[];
  /** The earliest time whose state it may show, in Unix milliseconds. */
  readonly since: number;
  /** When its oldest cached part was read. Null if nothing came from the cache. */
  readonly readAt: number | null;
  /** Whether it needed no call. */
  readonly isHit: boolean;
}

/** What reads are promised. */
export interface Promises {
  /** What was promised and not kept. */
  readonly broken: readonly string[];
  /** A change was made. */
  changed(commit: Commit): void;
  /** Later reads must see these changes: a write was acknowledged, or an event was delivered. */
  acknowledge(commits: readonly Commit[]): void;
  /** Later reads must see all changes that a search by date could find. @param at when it began */
  searched(at: number): void;
  /** Call when a read begins, and `check` with its answer. @param maxAgeMs the age that it is promised */
  atStart(maxAgeMs: number): { check(answer: ReadAnswer): void };
}

/** @param now Unix milliseconds */
export function createPromises(truth: Truth, now: () => number): Promises {
  /** By record, the time of the last change that every read must see. */
  const floors = new Map<EntityKey, number>();
  const broken: string[] = [];
  let dated: Commit[] = [];

  function acknowledge(commits: readonly Commit[]): void {
    for (const { entities, at } of commits)
      for (const key of entities) floors.set(key, Math.max(floors.get(key) ?? 0, at));
  }

  return {
    broken,
    acknowledge,
    changed(commit) {
      if (commit.hasDate) dated.push(commit);
    },
    searched(at) {
      acknowledge(dated.filter((commit) => commit.at <= at));
      dated = dated.filter((commit) => commit.at > at);
    },
    atStart(maxAgeMs) {
      const startedAt = now();
      const seen = new Map(floors);
      return {
        check({ values, since, readAt }) {
          if (readAt !== null && startedAt - readAt > maxAgeMs)
            broken.push(`a part is ${startedAt - readAt} ms old, and may be ${maxAgeMs}`);
          for (const [key, value] of values) {
            if (!truth.wasTrue(key, value, Math.max(since, seen.get(key) ?? 0), now()))
              broken.push(`${key} is ${value}, which was not true when it had to be`);
          }
        },
      };
    },
  };
}
