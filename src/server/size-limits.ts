import type { Plugin } from 'graphql-yoga';
import { checkDocument } from './limits/document.ts';
import type { Limits } from './limits/limits.ts';
import { checkLists } from './limits/lists.ts';
import { checkText } from './limits/text.ts';

/** Refuses operations that are too large, before any work is done for them. */
export function sizeLimits(limits: Limits): Plugin {
  return {
    onParams({ params }) {
      // A batch may hold anything, which is looked at only after this.
      checkLists(params?.variables, limits.listItems);
    },
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        checkText(String(source), limits);
        const document = parseFn(source, options);
        checkDocument(document, limits);
        return document;
      });
    },
  };
}
