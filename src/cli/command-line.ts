import { basename } from 'node:path';

export const PROGRAM = 'graphql-for-bigcommerce-customers';
/** The second name under which npm installs the program. */
export const ALIAS = 'gfbc';

/** The commands that have an npm script of their own name. `start` has one too. */
const NPM_SCRIPTS: ReadonlySet<string> = new Set(['sandbox', 'keys', 'webhooks']);

export interface Invocation {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The path of the program, as the shell named it. */
  readonly path: string | undefined;
}

const OWN: Invocation = { environment: process.env, path: process.argv[1] };

/** How a user types a command the way this process was started: by npm in a clone, or by a name of the installed program. */
export function commandLine(command: string, { environment, path = '' }: Invocation = OWN): string {
  const words = command.split(' ').filter((word) => word !== '');
  if (!isRunByNpm(environment)) return [basename(path) === ALIAS ? ALIAS : PROGRAM, ...words].join(' ');
  const [name = '', ...rest] = words;
  if (name === 'start') return npmLine('npm start', rest);
  return NPM_SCRIPTS.has(name) ? npmLine(`npm run ${name}`, rest) : npmLine(`npm run ${ALIAS}`, words);
}

function npmLine(script: string, args: readonly string[]): string {
  return [script, ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
}

// Another package can have a script `start` that runs the installed program.
function isRunByNpm({
  npm_lifecycle_event: script = '',
  npm_package_name: name = PROGRAM,
}: Invocation['environment']) {
  return name === PROGRAM && ['start', ALIAS, ...NPM_SCRIPTS].includes(script);
}
