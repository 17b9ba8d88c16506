import { Option } from 'commander';

export interface JsonOptions {
  readonly json?: true;
}

/** The option that prints the output of a command as JSON. @param content what it prints */
export function jsonOption(content: string): Option {
  return new Option('--json', `prints JSON: ${content}`);
}
