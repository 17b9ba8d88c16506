import { createHash } from 'node:crypto';
import type { RedisClient } from './connection.ts';

/** Runs a script on the server. */
export type RunScript = (
  client: RedisClient,
  keys: readonly string[],
  args: readonly string[],
) => Promise<unknown>;

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
