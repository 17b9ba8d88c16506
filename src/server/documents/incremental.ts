import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import { type DocumentNode, Kind, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';

const INCREMENTAL_MEDIA_TYPES = /\b(multipart\/mixed|text\/event-stream)\b/i;

/** Supports `@defer` and `@stream`. Callers that do not accept incremental responses get one complete response. */
export function incrementalDelivery(): readonly Plugin[] {
  const stripped = new WeakMap<DocumentNode, DocumentNode>();

  function stripOnce(document: DocumentNode): DocumentNode {
    const known = stripped.get(document) ?? stripIncrementalDirectives(document);
    stripped.set(document, known);
    return known;
  }

  return [
    useDeferStream(),
    {
      onExecute({ args }) {
        const { request } = args.contextValue as { request: Request };
        if (INCREMENTAL_MEDIA_TYPES.test(request.headers.get('accept') ?? '')) return;
        args.document = stripOnce(args.document);
      },
    },
  ];
}

function stripIncrementalDirectives(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => (name.value === 'defer' || name.value === 'stream' ? null : undefined),
  });
}
