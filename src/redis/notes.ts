import { type Announced, parseMilliseconds, type SharedNotes } from '../rest/cache/shared-notes.ts';
import type { RedisConnection } from './connection.ts';
import type { KeyNames } from './key-names.ts';
import { defineScript, NUMBER_OF } from './script.ts';

/** Milliseconds for which an announcement is remembered: longer than any interval between two searches for changes. */
const KEEP_MS = 26 * 3_600_000;
/** Milliseconds for which notes outlive the last replica. */
const NOTES_MS = 48 * 3_600_000;

/** ARGV: a name, a number, milliseconds to keep. */
const RAISE = `${NUMBER_OF}
local known = numberOf(redis.call('HGET', KEYS[1], ARGV[1]), nil)
-- Beyond that no process reads it.
if not known or known >= 1e15 or tonumber(ARGV[2]) > known then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
`;

/** @param now Unix milliseconds */
export function createSharedNotes(
  connection: RedisConnection,
  names: KeyNames,
  now: () => number = Date.now,
): SharedNotes {
  const key = names.plain('notes');
  const raise = defineScript(RAISE);
  const nameOf = (customer: Announced) => names.hashed('announced', String(customer));

  const announce: SharedNotes['announce'] = async (customers, at) => {
    const expiration = { type: 'PX', value: KEEP_MS } as const;
    // Sent in one turn, so it is one round trip.
    await connection.run((client) =>
      Promise.all(customers.map((each) => client.set(nameOf(each), String(at), { expiration }))),
    );
  };

  // An announcement that could not be noted must not look like an event that was lost.
  let wasAway = false;
  connection.onChange((isAvailable) => {
    if (isAvailable && wasAway) announce(['everyone'], now()).catch(() => {});
    wasAway = !isAvailable;
  });

  return {
    async takeTurn(task, everyMs) {
      const options = {
        expiration: { type: 'PX', value: Math.max(1, Math.floor(everyMs)) },
        condition: 'NX',
      } as const;
      return (
        (await connection.run((client) => client.set(names.plain(`turn:${task}`), '1', options))) === 'OK'
      );
    },
    read: () => connection.run((client) => client.hGetAll(key)),
    async write(values) {
      await connection.run((client) =>
        Promise.all([client.hSet(key, values), client.pExpire(key, NOTES_MS)]),
      );
    },
    async raise(name, value) {
      await connection.run((client) => raise(client, [key], [name, String(value), String(NOTES_MS)]));
    },
    announce,
    async announcedAt(customers) {
      const found = await connection.run((client) => client.mGet(customers.map(nameOf)));
      return found.map((at) => parseMilliseconds(at) ?? 0);
    },
  };
}
