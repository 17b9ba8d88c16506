import { type GraphQLError, Kind, type Token, TokenKind } from 'graphql';

const LITERALS: ReadonlySet<string> = new Set([Kind.INT, Kind.FLOAT, Kind.STRING]);
const OPENING: ReadonlySet<string> = new Set([TokenKind.PAREN_L, TokenKind.BRACE_L, TokenKind.BRACKET_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.PAREN_R, TokenKind.BRACE_R, TokenKind.BRACKET_R]);

/** A variable can have a name of any length, and a default. */
const MAX_LENGTH = 100;

/**
 * The argument that an invalid literal belongs to, such as `filter.entityIds`: graphql-js names only the type. Null if the
 * error is not about a literal.
 */
export function argumentOfLiteral({ nodes }: GraphQLError): string | null {
  const [node] = nodes ?? [];
  if (node === undefined || !LITERALS.has(node.kind)) return null;
  const names = namesBefore(node.loc?.startToken.prev ?? null);
  return names.length === 0 ? null : names.join('.').slice(0, MAX_LENGTH);
}

/** The names of the fields and the argument around a value, from the outside in. Reads the tokens before the value once. */
function namesBefore(start: Token | null): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  let isNameNext = true;
  for (let token = start; token !== null; token = token.prev) {
    if (CLOSING.has(token.kind)) depth += 1;
    else if (OPENING.has(token.kind) && depth > 0) depth -= 1;
    else if (token.kind === TokenKind.PAREN_L) break;
    else if (OPENING.has(token.kind)) isNameNext = true;
    else if (token.kind === TokenKind.COLON && depth === 0 && isNameNext) {
      names.unshift(token.prev?.value ?? '');
      isNameNext = false;
    }
  }
  return names;
}
