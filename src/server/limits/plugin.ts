import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Plugin } from 'graphql-yoga';
import { checkDocument } from './document.ts';
import type { Limits } from './limits.ts';
import { checkLists } from './lists.ts';
import { checkTokens } from './tokens.ts';

/** Characters of a document that takes more than a few milliseconds to parse and validate. */
const LONG_DOCUMENT = 10_000;

/** Rejects operations that exceed a limit, before validation and execution. Long documents take turns. */
export function sizeLimits(limits: Limits): Plugin {
  let lastTurn: Promise<void> = Promise.resolve();

  /** Resolves in a turn of the event loop in which no other long document is parsed or begins to run. */
  function ownTurn(): Promise<void> {
    lastTurn = lastTurn.then(() => nextTurn());
    return lastTurn;
  }

  return {
    onParams({ params }) {
      // Yoga validates the items of a batch only after this hook, so `params` can be undefined here.
      checkLists(params?.variables, limits.listItems);
      const query: unknown = params?.query;
      return typeof query === 'string' && query.length > LONG_DOCUMENT ? ownTurn() : undefined;
    },
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        checkTokens(String(source), limits);
        const document = parseFn(source, options);
        checkDocument(document, limits);
        return document;
      });
    },
    onExecute({ args }) {
      const { length } = args.document.loc?.source.body ?? '';
      return length > LONG_DOCUMENT ? ownTurn() : undefined;
    },
  };
}
