import { Lexer, Source, type Token, TokenKind } from 'graphql';
import { FIXED_LIMITS, type Limits, limitExceeded } from './limits.ts';

/** Rejects a document that is too long, or nested too deeply, to be parsed. */
export function checkTokens(text: string, { characters, tokens }: Limits): void {
  if (text.length > characters) throw limitExceeded('characters', text.length, characters);
  const lexer = new Lexer(new Source(text));
  let count = 0;
  let nesting = 0;
  for (let kind = nextKind(lexer); kind !== TokenKind.EOF; kind = nextKind(lexer)) {
    count += 1;
    if (count > tokens) throw limitExceeded('tokens', count, tokens);
    if (OPENING.has(kind)) nesting += 1;
    if (CLOSING.has(kind)) nesting -= 1;
    if (nesting > FIXED_LIMITS.nesting) throw limitExceeded('nesting', nesting, FIXED_LIMITS.nesting);
  }
}

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

// A syntax error ends the count: the parser stops at the same place and reports it.
function nextKind(lexer: Lexer): Token['kind'] {
  try {
    return lexer.advance().kind;
  } catch {
    return TokenKind.EOF;
  }
}
