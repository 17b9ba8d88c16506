import { createHash } from 'node:crypto';
import type { RedisClient } from './connection.ts';

/** Runs a script on the server. */
export type RunScript = (
  client: RedisClient,
  keys: readonly string[],
  args: readonly string[],
) => Promise<unknown>;

/**
 * Lua: `numberOf(text, absent)` reads a number that Redis holds. Returns `absent` if nothing is held, or no finite number: another
 * program or another version can have written it, and a script that fails would fail until the key expires.
 */
export const NUMBER_OF = `
local function numberOf(text, absent)
  -- tonumber accepts nan, inf and hexadecimal numbers as well. Only a number near 0 is written with an exponent.
  local digits = string.match(text or '', '^%-?(%d[%d.]*)$') or string.match(text or '', '^%-?(%d[%d.]*)e%-%d+$')
  local value = digits and tonumber(text)
  if value and math.abs(value) < math.huge then return value end
  return absent
end
`;

/** A script that is sent in full only if the server does not know it yet. */
export function defineScript(text: string): RunScript {
  const sha = createHash('sha1').update(text).digest('hex');
  return async (client, keys, args) => {
    const options = { keys: [...keys], arguments: [...args] };
    try {
      return await client.evalSha(sha, options);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(text, options);
    }
  };
}
