import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { createTracing, type Tracing } from './tracing.ts';

export interface TraceExportOptions {
  /** Where spans go: a collector that speaks OTLP over HTTP, or standard output. */
  readonly exporter: 'otlp' | 'console';
  /** Which traces are kept, by the names of the OpenTelemetry specification. */
  readonly sampler: SamplerName;
  /** Of the traces, what a `traceidratio` sampler keeps: 0 to 1. */
  readonly ratio: number;
  readonly logger: Logger;
}

export type SamplerName = `${'' | 'parentbased_'}${'always_on' | 'always_off' | 'traceidratio'}`;

const SERVICE = 'graphql-for-bigcommerce-customers';
/** Milliseconds that handing over may take, also when the gateway stops. */
const EXPORT_TIMEOUT_MS = 5_000;

/** Tracing by OpenTelemetry's own SDK, which reads where to send to from the environment. Loaded only where it is wanted. */
export function startTracing({ exporter, sampler, ratio, logger }: TraceExportOptions): Tracing {
  // What goes wrong may quote the collector's answer, so no more than its name is told.
  setGlobalErrorHandler((error) => logger.warn({ error: nameOf(error) }, 'traces could not be handed over'));
  const spanExporter = exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter();
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': SERVICE }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(sampler, ratio),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: spanExporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS }),
    ],
  });
  return createTracing({ tracer: provider.getTracer(SERVICE), close: () => provider.shutdown() });
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
