import { parseArgs } from 'node:util';
import { changeKeysFile, readKeysFile } from './key-file.ts';
import { createKey, hashOf, parseKeys } from './keys.ts';

/** What a command has to say. */
export interface CommandResult {
  /** For who calls it from a program: a key, a list. */
  readonly output: readonly string[];
  /** For who reads along. */
  readonly remarks: readonly string[];
  readonly failed: boolean;
}

export const KEYS_USAGE = `npm run keys -- create --name NAME --scopes SCOPE,SCOPE... [--lane LANE] [--calls-per-minute N]
npm run keys -- list
npm run keys -- revoke NAME
Each takes --file FILE; by default GATEWAY_KEYS_FILE, or keys.json.`;

/** Creates, lists and revokes keys. @param usualFile where they are unless `--file` says otherwise */
export async function runKeysCommand(args: readonly string[], usualFile: string): Promise<CommandResult> {
  if (args[0] === '--help') return { output: [KEYS_USAGE], remarks: [], failed: false };
  const parsed = parsedArgs(args);
  if (parsed === null) return failure(KEYS_USAGE);
  const { values, positionals } = parsed;
  const { file = usualFile } = values;
  const [action, name, ...others] = positionals;
  const isLone = Object.keys(values).every((option) => option === 'file') && others.length === 0;
  if (action === 'create' && name === undefined) return create(file, values);
  if (action === 'list' && name === undefined && isLone) return list(file);
  if (action === 'revoke' && name !== undefined && isLone) return revoke(file, name);
  return failure(KEYS_USAGE);
}

interface Wishes {
  readonly name?: string | undefined;
  readonly scopes?: string | undefined;
  readonly lane?: string | undefined;
  readonly 'calls-per-minute'?: string | undefined;
}

function parsedArgs(args: readonly string[]) {
  const option = { type: 'string' } as const;
  const options = { name: option, scopes: option, lane: option, 'calls-per-minute': option, file: option };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    return null;
  }
}

async function create(file: string, wishes: Wishes): Promise<CommandResult> {
  const { name, scopes, lane, 'calls-per-minute': budget } = wishes;
  if (name === undefined || scopes === undefined) return failure(KEYS_USAGE);
  const key = createKey();
  const wished = {
    name,
    sha256: hashOf(key).toString('hex'),
    scopes: scopes.split(',').map((scope) => scope.trim()),
    ...(lane !== undefined && { lane }),
    ...(budget !== undefined && { callsPerMinute: /^\d+$/.test(budget) ? Number(budget) : budget }),
    createdAt: new Date().toISOString(),
  };
  // What was typed is judged by the rules that the file is judged by.
  const checked = parseKeys(JSON.stringify({ keys: [wished] }), 'the key');
  if ('problems' in checked) return failure(...checked.problems.map((line) => line.replace('keys[0].', '')));
  const problems = await changeKeysFile(file, (keys) => {
    if (keys.some((each) => each.name === name)) return `${file} holds a key of that name: revoke it first`;
    return [...keys, ...checked.keys];
  });
  if (problems.length > 0) return failure(...problems);
  return {
    output: [key],
    remarks: [
      `That is the key of ${name}. It is shown this once: ${file} holds its hash alone.`,
      `The gateway takes it with GATEWAY_KEYS_FILE=${file}.`,
    ],
    failed: false,
  };
}

async function list(file: string): Promise<CommandResult> {
  const read = await readKeysFile(file);
  if ('problems' in read) return failure(...read.problems);
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
  return { output, remarks: output.length === 0 ? [`${file} holds no key`] : [], failed: false };
}

async function revoke(file: string, name: string): Promise<CommandResult> {
  const problems = await changeKeysFile(file, (keys) => {
    const left = keys.filter((each) => each.name !== name);
    return left.length < keys.length ? left : `${file} holds no key of that name`;
  });
  if (problems.length > 0) return failure(...problems);
  return {
    output: [],
    remarks: [`${name} is revoked; a gateway that runs knows within a second`],
    failed: false,
  };
}

function failure(...remarks: readonly string[]): CommandResult {
  return { output: [], remarks, failed: true };
}
