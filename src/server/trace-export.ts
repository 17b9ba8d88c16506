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
import type { Config } from '../config.ts';
import { createTracing, type Tracing } from './tracing.ts';

export interface TraceExportOptions extends NonNullable<Config['tracing']> {
  readonly logger: Logger;
}

const SERVICE = 'graphql-for-bigcommerce-customers';
/** Milliseconds that handing over may take, also when the gateway stops. */
const EXPORT_TIMEOUT_MS = 5_000;

/** Tracing by OpenTelemetry's own SDK, which reads where to send to from the environment. Loaded only where it is wanted. */
export function startTracing(options: TraceExportOptions): Tracing {
  const { exporter, logger } = options;
  // What goes wrong may quote the collector's answer, so no more than its name is told.
  const complain = (error: unknown) =>
    logger.warn({ error: nameOf(error) }, 'traces could not be handed over');
  setGlobalErrorHandler(complain);
  const spanExporter = exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter();
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': SERVICE }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(options),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: spanExporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS }),
    ],
  });
  return createTracing({
    tracer: provider.getTracer(SERVICE),
    close: () => provider.shutdown().catch(complain),
  });
}

function samplerOf({ sampler: name, ratio }: TraceExportOptions): Sampler {
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
