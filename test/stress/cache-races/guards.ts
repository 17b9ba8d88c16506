import type { Cache } from '../../../src/rest/cache/index.ts';
import type { CacheAges } from '../../../src/rest/cache/policy.ts';
import type { CacheStore } from '../../../src/rest/cache/store.ts';

/** `memory`: one gateway. `redis`: two, which share a simulated Redis. */
export type CacheForm = 'memory' | 'redis';

/** How a gateway without one of its guards differs. */
export interface Removal {
  readonly store?: (store: CacheStore) => CacheStore;
  readonly cache?: (cache: Cache) => Cache;
  /** Changes a script that runs in Redis. */
  readonly script?: (text: string) => string;
  readonly ages?: (ages: CacheAges) => CacheAges;
  readonly ignoresEvents?: true;
  readonly ignoresSearches?: true;
  readonly ignoresWebhooksOff?: true;
}

const withoutTags = (isKept: (tag: string) => boolean) => (store: CacheStore) => ({
  ...store,
  invalidate: (tags: readonly string[], holdMs?: number) => store.invalidate(tags.filter(isKept), holdMs),
});

/** Takes a part out of the scripts, which must have it. */
const withoutPart =
  (part: string, instead = '') =>
  (text: string) =>
    text.replaceAll(part, instead);

/** What keeps the cache true. The simulation must notice when one of them is missing. */
const REMOVALS = {
  /** A fill carries the invalidations that were known before its read began, not those known when it ends. */
  'version of a fill': {
    store: (store) => ({
      ...store,
      setMany: (fills, read) => store.setMany(fills, { ...read, version: store.version() }),
    }),
  },
  /** A write makes what it changes unusable when its outcome is known. */
  'invalidation by the outcome': {
    store: (store) => ({
      ...store,
      invalidate: (tags, holdMs) => (hasOutcome ? undefined : store.invalidate(tags, holdMs)),
    }),
    cache: (cache) => ({ ...cache, invalidate: mutedByOutcome(cache) }),
  },
  /** After a lost response nothing is kept until the write can no longer take effect. */
  'hold after a lost response': {
    store: (store) => ({ ...store, invalidate: (tags) => store.invalidate(tags) }),
  },
  /** A later read does not join one that began before an event. */
  'end of sharing': { cache: (cache) => ({ ...cache, onInvalidation: () => {} }) },
  /** The tag of a customer. */
  'tag of the customer': { store: withoutTags((tag) => !/^customer\/\d/.test(tag)) },
  /** Lists and missing records are made unusable by kind. */
  'tags of lists': { store: withoutTags((tag) => !tag.startsWith('list/')) },
  /** A change that does not say whose it is concerns every customer. */
  'tag of every customer': { store: withoutTags((tag) => tag !== 'customer/*') },
  /** A change that names an address alone concerns what holds it. */
  'tags of held records': { store: withoutTags((tag) => !tag.startsWith('holds/')) },
  events: { ignoresEvents: true },
  'searches by date': { ignoresSearches: true },
  'maximum age': { ages: (ages) => ({ ...ages, withEventsMs: 10 * ages.withEventsMs }) },
  'shorter age while webhooks are off': { ignoresWebhooksOff: true },
} satisfies Readonly<Record<string, Removal>>;

/** What keeps the cache in Redis true. */
const REDIS_REMOVALS = {
  /** A later read joins none that began before another replica wrote, or may have written. */
  'end of sharing by other replicas': {
    store: (store) => ({
      ...store,
      onInvalidation: (listener) =>
        store.onInvalidation((tags) => {
          if (tags.length > 0) listener(tags);
        }),
    }),
  },
  /** An entry of an earlier epoch may lack invalidations that were lost. */
  'epoch of an entry': { script: withoutPart('entryEpoch ~= epoch or ') },
  /** Holds may be lost with the state, so nothing counts that is read until the longest one is over. */
  'start of an epoch': { script: withoutPart(' or tonumber(readAt) < from') },
  'versions of tags': { script: withoutPart('tonumber(last) > tonumber(version) or ') },
  'holds of tags': { script: withoutPart(' or tonumber(heldUntil) > tonumber(readAt)') },
  /** What a process has in memory is used only if it is what the server has. */
  'stamp of an entry': { script: withoutPart('stamp == ARGV[3 + index]', "ARGV[3 + index] ~= ''") },
  /** A process whose lease is over may be cut off, and write. */
  'leases of replicas': { script: withoutPart('not isComplete or ') },
  /** A server that loads an older state has forgotten invalidations. */
  'identity of the server': { script: withoutPart(' or (run and run ~= ARGV[2])') },
  /** A process that could not report a write lets nobody trust what is kept. */
  'report of a missed write': { script: withoutPart("ARGV[3] == '1' or ") },
  /** The members that a server has forgotten still count. */
  'members that were forgotten': {
    script: withoutPart('members = members .. ARGV[index]', 'local _ = ARGV[index]'),
  },
} satisfies Readonly<Record<string, Removal>>;

export type Guard = keyof typeof REMOVALS | keyof typeof REDIS_REMOVALS;

export const GUARDS: Readonly<Record<Guard, Removal>> = { ...REMOVALS, ...REDIS_REMOVALS };

/** The guards of each form of the cache. */
export const GUARDS_OF: Readonly<Record<CacheForm, readonly Guard[]>> = {
  memory: Object.keys(REMOVALS) as Guard[],
  redis: Object.keys(GUARDS) as Guard[],
};

/** Whether the layer that invalidates is about to do so because of an outcome. */
let hasOutcome = false;

function mutedByOutcome(cache: Cache): Cache['invalidate'] {
  return (next) => {
    const layer = cache.invalidate(async (call) => {
      const attempt = await next(call);
      hasOutcome = true;
      return attempt;
    });
    return (call) =>
      layer(call).finally(() => {
        hasOutcome = false;
      });
  };
}
