import type { Parsed } from './watched-file.ts';

/** A secret, or the file that contains it. */
export type SecretSource = { readonly text: string } | { readonly file: string };

/** Secrets of one client that can be valid at once: the new one, and the old one while it is being replaced. */
const MAX_SECRETS = 2;
// A header value cannot contain control characters or blanks.
const SECRET = /^[\x21-\x7e]{1,10000}$/;

/** Reads one secret. Blanks and line breaks around it are ignored. @param name of the variable, for the problems */
export function parseSecret(name: string, text: string): Parsed<string> {
  const secret = text.trim();
  if (secret === '') return { problems: [`${name} is empty`] };
  if (!SECRET.test(secret)) return { problems: [`${name} contains characters that a secret cannot have`] };
  return { value: secret };
}

/** Reads one or two secrets, separated by commas or line breaks. @param name of the variable, for the problems */
export function parseSecrets(name: string, text: string): Parsed<readonly string[]> {
  const secrets = text.split(/[\s,]/).filter((secret) => secret !== '');
  if (secrets.length === 0) return { problems: [`${name} is empty`] };
  if (secrets.length > MAX_SECRETS) return { problems: [`${name} contains more than two secrets`] };
  if (!secrets.every((secret) => SECRET.test(secret)))
    return { problems: [`${name} contains characters that a secret cannot have`] };
  return { value: secrets };
}
