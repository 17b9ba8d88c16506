import { describe, expect, test } from 'vitest';
import { unverifiedIssuer } from '../../src/access/tokens/jwt.ts';
import { readRateLimitHeaders } from '../../src/governor/quota/rate-limit-headers.ts';
import { isCalendarDate } from '../../src/resolvers/inputs/dates.ts';
import { parseGlobalId } from '../../src/resolvers/inputs/ids.ts';
import { isEmail } from '../../src/resolvers/inputs/validation.ts';
import { decodeCursor, decodeUnverifiedCursor } from '../../src/resolvers/paging/cursors.ts';
import { foldText, normalizeEmail, normalizeText } from '../../src/resolvers/writes/normalize.ts';
import { collectSecrets, collectSent, redactSecrets } from '../../src/rest/client/redact.ts';
import { redactText } from '../../src/rest/client/redact-text.ts';
import { rejectedResponse } from '../../src/rest/errors.ts';
import { rejectedFields } from '../../src/rest/rejected-fields.ts';
import { parseDateTime } from '../../src/rest/wire/date-time.ts';
import { INTEGER, toNumber } from '../../src/rest/wire/decode.ts';
import { foldEmail } from '../../src/rest/wire/email.ts';
import { readErrorEntries } from '../../src/rest/writes/error-entries.ts';
import { toInputPath } from '../../src/rest/writes/input-path.ts';
import { quotesExactly } from '../../src/rest/writes/quotes-exactly.ts';
import { addressOrNetwork } from '../../src/server/access/client-ip.ts';
import { redactKey, redactValues } from '../../src/server/errors/redact.ts';
import { parseAccept } from '../../src/server/http/accept.ts';
import { chooseCoding } from '../../src/server/http/compression.ts';
import { checkHost } from '../../src/server/http/host-check.ts';
import { parseTarget } from '../../src/server/http/route.ts';
import { checkLists } from '../../src/server/limits/lists.ts';
import { checkTokens } from '../../src/server/limits/tokens.ts';
import { urlTemplate } from '../../src/server/observability/tracing.ts';
import { bestGrowth } from '../support/cpu-growth.ts';

const CALL = {
  operation: 'getCustomers',
  method: 'GET',
  path: '/customers',
  query: 'id:in=1&name:like=x',
} as const;
const LIMITS = {
  characters: 1e9,
  tokens: 1e9,
  depth: 15,
  recursion: 3,
  selections: 1e4,
  aliases: 1e3,
  rootFields: 1e3,
  directives: 1e3,
  repeats: 100,
  listItems: 1e9,
};

/** What a refused text throws is of no interest here. */
function attempt(run: () => unknown): void {
  try {
    run();
  } catch {}
}

/** Every function that gets a text of a caller. */
const OF_CALLERS: Readonly<Record<string, (text: string) => unknown>> = {
  'the message of an error': redactValues,
  'an unknown key': redactKey,
  'a document': (text) => checkTokens(text, LIMITS),
  'a string in a document': (text) => checkTokens(`{ a(b: ${JSON.stringify(text)}) }`, LIMITS),
  variables: (text) => checkLists({ values: [...text], texts: text.split(' ') }, 1e9),
  'an Accept header': parseAccept,
  'an Accept-Encoding header': chooseCoding,
  'a Host header': (text) => checkHost([text], []),
  'a request target': parseTarget,
  'a path': urlTemplate,
  'an X-Forwarded-For header': addressOrNetwork,
  'a token': unverifiedIssuer,
  'a token of three parts': (text) => unverifiedIssuer(`${text}.${btoa(encodeURI(text))}.${text}`),
  'a global id': (text) => parseGlobalId(text, 'id'),
  'an encoded global id': (text) => parseGlobalId(Buffer.from(text).toString('base64url'), 'id'),
  'a cursor': (text) => decodeCursor('customers', Buffer.from(text).toString('base64url'), 'after'),
  'the cursor of an estimate': decodeUnverifiedCursor,
  'an e-mail address': isEmail,
  'a date': isCalendarDate,
  'the text of a record': normalizeText,
  'a folded text': foldText,
  'a folded e-mail address': normalizeEmail,
  'an e-mail address of a lookup': foldEmail,
  'what was sent': (text) =>
    collectSent([{ first_name: text, password: text }, text.split(' ')], `a:in=${encodeURIComponent(text)}`),
  secrets: (text) => collectSecrets([{ password: text }, { a: text.split(' ') }]),
};

/** Every function that gets a text of the store. */
const OF_THE_STORE: Readonly<Record<string, (text: string) => unknown>> = {
  'a title': (text) => redactText(text, ['a value', text]),
  'a rejection without JSON': (text) => rejectedResponse(CALL, 422, text),
  'a rejection': (text) =>
    rejectedResponse(CALL, 422, JSON.stringify({ title: text, detail: text, errors: { [text]: text } })),
  'many errors': (text) =>
    rejectedResponse(CALL, 422, JSON.stringify({ errors: Object.fromEntries(text.split(' ').entries()) })),
  'rejected fields': (text) => rejectedFields({ title: text, errors: { [text]: text } }, 422, 'id:in=1'),
  'error entries': (text) => readErrorEntries({ errors: [text, { [text]: [text] }], title: text }, 422),
  'the path of an error': (text) => toInputPath(text.split('.'), { a: [text] }, text),
  'a quoted value': (text) => quotesExactly(text, 'a'),
  'a quoted long value': (text) => quotesExactly(text, text),
  'a response with secrets': (text) => redactSecrets(text, ['a', 'password']),
  'a timestamp': parseDateTime,
  'a number': (text) => toNumber(text, INTEGER),
  'a header of the quota': (text) =>
    readRateLimitHeaders({
      'x-rate-limit-requests-quota': text,
      'x-rate-limit-time-reset-ms': text,
      'retry-after': text,
    }),
};

const PARTS = [
  'a',
  '1',
  ' ',
  '"',
  '\\',
  '\\"',
  "'",
  '@',
  '.',
  ',',
  ';',
  ':',
  '/',
  '[',
  '{',
  '%',
  '&amp;',
  '&',
  '\n',
  'é',
  'e\u0301',
  '\ud83d\ude00',
  'a@b ',
  'a, b;q=1,',
  'Value "',
  'cannot represent ',
  '" does not exist in ',
  ', found ',
  'Unexpected String ',
  'Field "" is not defined by type ',
  ' got invalid value "\\',
  ' Did you mean ',
  'parameter "',
  'filter(s): a, ',
  '1.',
  '0.email ',
  '"a" ',
  '“a” ',
];

const LENGTH = 100_000;

describe.each([
  ['a caller', OF_CALLERS],
  ['the store', OF_THE_STORE],
])('twice the text of %s costs at most three times the CPU', (_source, functions) => {
  test.each(Object.entries(functions))('%s', (_name, run) => {
    for (const part of PARTS) {
      const textOf = (length: number) => part.repeat(length / part.length);
      expect(
        bestGrowth((length) => attempt(() => run(textOf(length))), LENGTH),
        part,
      ).toBeLessThan(3);
    }
  });
});
