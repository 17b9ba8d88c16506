import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import { type DocumentNode, Kind, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';

const INCREMENTAL = /\b(multipart\/mixed|text\/event-stream)\b/i;

/** `@defer` and `@stream`, for callers who take an answer in parts. Whoever does not gets all of it at once. */
export function incrementalDelivery(): readonly Plugin[] {
  const whole = new WeakMap<DocumentNode, DocumentNode>();

  function inOnePiece(document: DocumentNode): DocumentNode {
    const known = whole.get(document) ?? withoutIncrements(document);
    whole.set(document, known);
    return known;
  }

  return [
    useDeferStream(),
    {
      onExecute({ args }) {
        const { request } = args.contextValue as { request: Request };
        if (INCREMENTAL.test(request.headers.get('accept') ?? '')) return;
        args.document = inOnePiece(args.document);
      },
    },
  ];
}

function withoutIncrements(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => (name.value === 'defer' || name.value === 'stream' ? null : undefined),
  });
}
