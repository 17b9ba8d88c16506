import { generateTokenKeys, parseTokenKeys, type TokenKeys } from '../../src/access/shoppers/token-keys.ts';

/** New keys for the gateway's own tokens of shoppers. */
export async function makeTokenKeys(): Promise<TokenKeys> {
  const parsed = await parseTokenKeys('KEYS', await generateTokenKeys());
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  return parsed.value;
}
