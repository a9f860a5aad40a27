import {
  type Context,
  context,
  isSpanContextValid,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import type { Fields } from '../backend/backend.js';
import type { Interceptor, ProcessContext } from '../interceptor.js';
import { ATTRIBUTE, destinationAttributes, errorType } from './names.js';

/** Options of the spans. */
export interface TracingOptions {
  /**
   * How a `process` span knows the span that sent the message: `'link'`, as the conventions have it, since one
   * trace would otherwise last as long as a backlog; or `'parent'`, one trace through both. Default `'link'`.
   */
  readonly producer?: 'link' | 'parent';
}

/**
 * Spans `send orders` and `process orders`, and the trace context in every entry.
 *
 * Everything goes through `@opentelemetry/api`: without an SDK, which the application starts, no span is
 * made, and the cost is a few function calls.
 */
export function tracing(options: TracingOptions = {}): Interceptor {
  const tracer = trace.getTracer('@pspf/runtime');
  return {
    emit(call, next) {
      if (!hasSdk()) return next();
      const { destination, fields } = call;
      const span = tracer.startSpan(`send ${destination.key}`, {
        kind: SpanKind.PRODUCER,
        attributes: destinationAttributes(destination, 'send'),
      });
      const within = trace.setSpan(context.active(), span);
      propagation.inject(within, fields, intoMap);
      return ending(span, async () => {
        const result = await context.with(within, next);
        span.setAttribute(ATTRIBUTE.messageId, result.id);
        return result;
      });
    },

    process(call, next) {
      if (!hasSdk()) return next();
      const sent = propagation.extract(ROOT_CONTEXT, call.message.raw, fromFields);
      const asParent = options.producer === 'parent';
      const parent = asParent ? sent : withBaggage(context.active(), sent);
      const span = tracer.startSpan(
        `process ${call.destination.key}`,
        {
          kind: SpanKind.CONSUMER,
          attributes: processAttributes(call),
          links: asParent ? [] : linksTo(sent),
        },
        parent,
      );
      return ending(span, () => context.with(trace.setSpan(parent, span), next));
    },
  };
}

/** The provider of `@opentelemetry/api` while no SDK is registered. */
const noProvider = new ProxyTracerProvider().getDelegate();

function hasSdk(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider && provider.getDelegate() === noProvider);
}

async function ending<R>(span: Span, run: () => Promise<R>): Promise<R> {
  try {
    return await run();
  } catch (error) {
    span.setAttribute(ATTRIBUTE.errorType, errorType(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) span.recordException(error);
    throw error;
  } finally {
    span.end();
  }
}

function processAttributes({ destination, group, consumer, message }: ProcessContext) {
  return {
    ...destinationAttributes(destination, 'process'),
    [ATTRIBUTE.group]: group,
    [ATTRIBUTE.clientId]: consumer,
    [ATTRIBUTE.messageId]: message.id,
  };
}

function linksTo(sent: Context) {
  const producer = trace.getSpanContext(sent);
  return producer !== undefined && isSpanContextValid(producer) ? [{ context: producer }] : [];
}

function withBaggage(onto: Context, sent: Context): Context {
  const baggage = propagation.getBaggage(sent);
  return baggage === undefined ? onto : propagation.setBaggage(onto, baggage);
}

const intoMap: TextMapSetter<Map<string, string>> = {
  set: (fields, name, value) => fields.set(name, value),
};

const fromFields: TextMapGetter<Fields> = {
  keys: (fields) => fields.filter((_, index) => index % 2 === 0),
  get(fields, name) {
    for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
    return undefined;
  },
};
