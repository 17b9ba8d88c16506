import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { createTracing, type Tracing } from '../../src/server/observability/tracing.ts';

/** Finished spans, kept in memory. */
export interface SpanRecorder {
  readonly tracing: Tracing;
  finished(): readonly ReadableSpan[];
  /** The span with this name. Throws if there is not exactly one. */
  named(name: string): ReadableSpan;
  /** Names of all spans in order of start, each indented below its parent. */
  tree(): readonly string[];
  close(): Promise<void>;
}

export function createSpanRecorder(): SpanRecorder {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const finished = () => exporter.getFinishedSpans();

  function below(parentId: string | undefined, depth: number): readonly string[] {
    const known = new Set(finished().map((span) => span.spanContext().spanId));
    return finished()
      .filter(({ parentSpanContext: parent }) =>
        parentId === undefined
          ? parent === undefined || !known.has(parent.spanId)
          : parent?.spanId === parentId,
      )
      .toSorted(
        (one, other) => one.startTime[0] - other.startTime[0] || one.startTime[1] - other.startTime[1],
      )
      .flatMap((span) => [
        `${'  '.repeat(depth)}${span.name}`,
        ...below(span.spanContext().spanId, depth + 1),
      ]);
  }

  return {
    // Only flushes, so a test can read the spans after the gateway has closed.
    tracing: createTracing({ tracer: provider.getTracer('test'), close: () => provider.forceFlush() }),
    finished,
    named(name) {
      const [span, ...others] = finished().filter((one) => one.name === name);
      if (span === undefined || others.length > 0) throw new Error(`expected exactly one span named ${name}`);
      return span;
    },
    tree: () => below(undefined, 0),
    close: () => provider.shutdown(),
  };
}
