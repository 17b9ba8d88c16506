import { readGuardedFile } from '../access/files/guarded-file.ts';
import { generateKey, hashKey, parseKeys } from '../access/keys/api-keys.ts';
import { updateKeyFile } from '../access/keys/key-file.ts';
import { type CommandResult, failure, usageFailure } from './command-result.ts';

/** The key to create, as the arguments spell it. */
export interface CreateKeyOptions {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly lane?: string;
  /** @default unlimited */
  readonly callsPerMinute?: string;
}

/** Adds an API key to the file, and prints it. */
export async function createKey(
  file: string,
  { name, scopes, lane, callsPerMinute }: CreateKeyOptions,
): Promise<CommandResult> {
  const key = generateKey();
  const entry = {
    name,
    sha256: hashKey(key),
    scopes,
    ...(lane !== undefined && { lane }),
    ...(callsPerMinute !== undefined && {
      callsPerMinute: /^\d+$/.test(callsPerMinute) ? Number(callsPerMinute) : callsPerMinute,
    }),
    createdAt: new Date().toISOString(),
  };
  // The arguments must satisfy the same rules as the file.
  const checked = parseKeys(JSON.stringify({ keys: [entry] }), 'key');
  if ('problems' in checked)
    return usageFailure(...checked.problems.map((line) => line.replace('keys[0].', '')));
  const problems = await updateKeyFile(file, (keys) => {
    if (keys.some((each) => each.name === name))
      return `${file} already contains a key of that name: revoke it first`;
    return [...keys, ...checked.keys];
  });
  if (problems.length > 0) return failure(...problems);
  const [{ sha256: _, ...stored } = entry] = checked.keys;
  return {
    output: [key],
    messages: [
      `This is the key of ${name}. It is shown only once: ${file} stores its hash.`,
      `The gateway accepts it with GATEWAY_KEYS_FILE=${file}.`,
    ],
    failed: false,
    data: { key, ...stored, file },
  };
}

/** Lists the API keys of the file. The file stores their hashes, which are not listed. */
export async function listKeys(file: string): Promise<CommandResult> {
  const read = await readGuardedFile(file);
  if ('problem' in read) return failure(read.problem);
  const parsed = parseKeys(read.text, file);
  if ('problems' in parsed) return failure(...parsed.problems);
  const output = parsed.keys.map(({ name, scopes, lane, callsPerMinute, createdAt }) =>
    [
      name,
      scopes.join(','),
      lane,
      callsPerMinute === null ? 'unlimited' : `${callsPerMinute}/min`,
      createdAt ?? '-',
    ].join('\t'),
  );
  const data = parsed.keys.map(({ name, scopes, lane, callsPerMinute, createdAt }) => ({
    name,
    scopes,
    lane,
    callsPerMinute,
    createdAt: createdAt ?? null,
  }));
  return { output, messages: output.length === 0 ? [`${file} contains no keys`] : [], failed: false, data };
}

/** Removes an API key from the file. */
export async function revokeKey(file: string, name: string): Promise<CommandResult> {
  const problems = await updateKeyFile(file, (keys) => {
    const remaining = keys.filter((each) => each.name !== name);
    return remaining.length < keys.length ? remaining : `${file} contains no key of that name`;
  });
  if (problems.length > 0) return failure(...problems);
  return {
    output: [],
    messages: [`${name} is revoked; a running gateway rejects it within a second`],
    failed: false,
    data: { name, file },
  };
}
