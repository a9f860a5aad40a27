import { NodeSDK, tracing } from '@opentelemetry/sdk-node';

/**
 * Applications start OpenTelemetry, the runtime only uses its API. A service would export to a
 * collector here; the demo keeps its spans to count them.
 */
export function startTelemetry(): {
  exporter: tracing.InMemorySpanExporter;
  stop(): Promise<void>;
} {
  const exporter = new tracing.InMemorySpanExporter();
  const sdk = new NodeSDK({
    serviceName: 'pspf-demo',
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    autoDetectResources: false,
  });
  sdk.start();
  return { exporter, stop: () => sdk.shutdown() };
}
