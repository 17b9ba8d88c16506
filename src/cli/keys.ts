import { parseArgs } from 'node:util';
import { SCOPES } from '../access/caller.ts';
import { readGuardedFile } from '../access/files/guarded-file.ts';
import { generateKey, hashKey, LANES, parseKeys } from '../access/keys/api-keys.ts';
import { updateKeyFile } from '../access/keys/key-file.ts';
import { generateTokenKeys } from '../access/shoppers/token-keys.ts';
import { type CommandResult, failure } from './command-result.ts';
import { shopperCommand } from './shopper-token.ts';

export const KEYS_USAGE = `npm run keys -- create --name NAME --scopes SCOPE,SCOPE... [--lane LANE] [--calls-per-minute N]
npm run keys -- list
npm run keys -- revoke NAME
npm run keys -- shopper-key                               prints a new value of SHOPPER_TOKEN_KEYS
npm run keys -- shopper --customer ID [--channel ID]      prints a token of a customer, for trying
The first three commands take --file FILE; the default is GATEWAY_KEYS_FILE, or keys.json.
Scopes: ${SCOPES.join(', ')}
Lanes: ${LANES.join(', ')}; the default is standard.`;

const SHOPPER_OPTIONS: ReadonlySet<string> = new Set(['customer', 'channel']);

/** Runs the command and prints its result. */
export async function runKeys(args: readonly string[], defaultFile: string): Promise<void> {
  const { output, messages, failed } = await keysCommand(args, defaultFile);
  for (const line of output) console.log(line);
  for (const line of messages) console.error(line);
  if (failed) process.exitCode = 1;
}

/** Creates, lists or revokes API keys. @param defaultFile the key file unless `--file` names another */
export async function keysCommand(args: readonly string[], defaultFile: string): Promise<CommandResult> {
  if (args.includes('--help')) return { output: [KEYS_USAGE], messages: [], failed: false };
  const parsed = parseKeysArgs(args);
  if (parsed === null) return failure(KEYS_USAGE);
  const { values, positionals } = parsed;
  const { file = defaultFile } = values;
  const [action, name, ...others] = positionals;
  const hasNoOtherArgs = Object.keys(values).every((option) => option === 'file') && others.length === 0;
  const isAlone = name === undefined && Object.keys(values).every((option) => SHOPPER_OPTIONS.has(option));
  if (action === 'shopper' && isAlone) return shopperCommand(values.customer, values.channel);
  if (action === 'shopper-key' && name === undefined && Object.keys(values).length === 0)
    return { output: [await generateTokenKeys()], messages: [], failed: false };
  const forShopper = Object.keys(values).some((option) => SHOPPER_OPTIONS.has(option));
  if (action === 'create' && name === undefined && !forShopper) return create(file, values);
  if (action === 'list' && name === undefined && hasNoOtherArgs) return list(file);
  if (action === 'revoke' && name !== undefined && hasNoOtherArgs) return revoke(file, name);
  return failure(KEYS_USAGE);
}

interface CreateOptions {
  readonly name?: string | undefined;
  readonly scopes?: string | undefined;
  readonly lane?: string | undefined;
  readonly 'calls-per-minute'?: string | undefined;
}

function parseKeysArgs(args: readonly string[]) {
  const option = { type: 'string' } as const;
  const options = {
    ...{ name: option, scopes: option, lane: option, 'calls-per-minute': option, file: option },
    ...{ customer: option, channel: option },
  };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    return null;
  }
}

async function create(file: string, options: CreateOptions): Promise<CommandResult> {
  const { name, scopes, lane, 'calls-per-minute': callsPerMinute } = options;
  if (name === undefined || scopes === undefined) return failure(KEYS_USAGE);
  const key = generateKey();
  const entry = {
    name,
    sha256: hashKey(key).toString('hex'),
    scopes: scopes.split(',').map((scope) => scope.trim()),
    ...(lane !== undefined && { lane }),
    ...(callsPerMinute !== undefined && {
      callsPerMinute: /^\d+$/.test(callsPerMinute) ? Number(callsPerMinute) : callsPerMinute,
    }),
    createdAt: new Date().toISOString(),
  };
  // The arguments must satisfy the same rules as the file.
  const checked = parseKeys(JSON.stringify({ keys: [entry] }), 'key');
  if ('problems' in checked) return failure(...checked.problems.map((line) => line.replace('keys[0].', '')));
  const problems = await updateKeyFile(file, (keys) => {
    if (keys.some((each) => each.name === name))
      return `${file} already contains a key of that name: revoke it first`;
    return [...keys, ...checked.keys];
  });
  if (problems.length > 0) return failure(...problems);
  return {
    output: [key],
    messages: [
      `This is the key of ${name}. It is shown only once: ${file} stores its hash.`,
      `The gateway accepts it with GATEWAY_KEYS_FILE=${file}.`,
    ],
    failed: false,
  };
}

async function list(file: string): Promise<CommandResult> {
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
  return { output, messages: output.length === 0 ? [`${file} contains no keys`] : [], failed: false };
}

async function revoke(file: string, name: string): Promise<CommandResult> {
  const problems = await updateKeyFile(file, (keys) => {
    const remaining = keys.filter((each) => each.name !== name);
    return remaining.length < keys.length ? remaining : `${file} contains no key of that name`;
  });
  if (problems.length > 0) return failure(...problems);
  return {
    output: [],
    messages: [`${name} is revoked; a running gateway rejects it within a second`],
    failed: false,
  };
}
