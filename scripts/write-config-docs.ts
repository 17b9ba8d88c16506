import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { documentedVariables, VARIABLE_GROUPS, type Variable } from '../src/config/variables.ts';

const LINE_LENGTH = 120;

const groups = VARIABLE_GROUPS.map(({ id, title, about }) => ({
  title,
  about,
  variables: documentedVariables.filter(({ group }) => group === id),
}));

/** The generated files: their content by path. */
export const CONFIG_DOCS: Readonly<Record<string, string>> = {
  '.env.example': envExample(),
  'docs/configuration.md': configurationPage(),
};

function envExample(): string {
  const intro = comment(
    'All variables with their defaults. Uncomment what you change. Real environment variables override this file. ' +
      'Copy it to .env. It is generated from src/config/variables.ts by npm run codegen.',
  );
  const sections = groups.map(({ title, about, variables }) =>
    [`# --- ${title}`, ...(about === '' ? [] : [comment(about)]), ...variables.map(envEntry)].join('\n\n'),
  );
  return `${[intro, ...sections].join('\n\n')}\n`;
}

function envEntry(variable: Variable): string {
  return `${comment(sentences(variable))}\n# ${variable.name}=${variable.defaultValue ?? ''}`;
}

/** Comment lines that are not longer than a line may be. */
function comment(text: string): string {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

function configurationPage(): string {
  const intro = `<!-- Generated from src/config/variables.ts by npm run codegen. -->

# Configuration

The gateway is configured by environment variables. A file \`.env\` in the working directory is read too; real environment
variables override it. An empty variable counts as not set. [.env.example](../.env.example) lists the same variables, and so
does \`gfbc start --help\`. Invalid and contradictory values are all reported at startup, and the process exits.`;
  const sections = groups.map(({ title, about, variables }) =>
    [
      `## ${title}`,
      ...(about === '' ? [] : [about]),
      ['| variable | default | meaning |', '| --- | --- | --- |', ...variables.map(tableRow)].join('\n'),
    ].join('\n\n'),
  );
  return `${[intro, ...sections].join('\n\n')}\n`;
}

function tableRow(variable: Variable): string {
  const { name, defaultValue } = variable;
  const cells = [`\`${name}\``, defaultValue === null ? '' : `\`${defaultValue}\``, sentences(variable)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function sentences({ meaning, notes }: Variable): string {
  const first = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
  return notes === '' ? first : `${first} ${notes}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, text] of Object.entries(CONFIG_DOCS)) writeFileSync(path, text);
}
