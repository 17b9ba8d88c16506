import type { Plugin } from 'graphql-yoga';
import { checkDocument } from './document.ts';
import type { Limits } from './limits.ts';
import { checkLists } from './lists.ts';
import { checkTokens } from './tokens.ts';

/** Rejects operations that exceed a limit, before validation and execution. */
export function sizeLimits(limits: Limits): Plugin {
  return {
    onParams({ params }) {
      // Yoga validates the items of a batch only after this hook, so `params` can be undefined here.
      checkLists(params?.variables, limits.listItems);
    },
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        checkTokens(String(source), limits);
        const document = parseFn(source, options);
        checkDocument(document, limits);
        return document;
      });
    },
  };
}
