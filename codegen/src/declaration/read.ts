import type { SourceFile } from '../source.js';
import type { Declaration } from './declaration.js';
import { parseDuration } from './duration.js';
import type { ModuleName } from './module-name.js';

/** What holds where a declaration says nothing; `stream.schema.json` tells editors the same. */
export const DEFAULTS = {
  retry: { limit: 10, backoff: { initial: 500, factor: 3, max: 60_000 } },
  dlq: { maxLength: 100_000 },
  timeout: 30_000,
  retain: { maxLength: 1_000_000, onFull: 'grow' },
  evolution: 'strict',
} as const;

/** Fills in defaults. A value of the wrong shape was reported before and counts as absent here. */
export function readDeclaration(file: SourceFile, name: ModuleName): Declaration {
  const { retry, dlq, retain, ...given } = fields(file.value);
  return {
    file,
    ...name,
    stream: text(given.stream) ?? '',
    description: text(given.description),
    group: text(given.group) ?? '',
    key: text(given.key),
    retry: readRetry(retry),
    dlq: {
      name: text(dlq) ?? text(fields(dlq).name),
      maxLength: number(fields(fields(dlq).retain).maxLength) ?? DEFAULTS.dlq.maxLength,
    },
    timeout: duration(given.timeout) ?? DEFAULTS.timeout,
    retain:
      retain === 'none'
        ? 'none'
        : {
            maxLength: number(fields(retain).maxLength) ?? DEFAULTS.retain.maxLength,
            onFull: fields(retain).onFull === 'reject' ? 'reject' : DEFAULTS.retain.onFull,
          },
    evolution: given.evolution === 'open-reader' ? 'open-reader' : DEFAULTS.evolution,
    payload: { file, pointer: '/payload' },
  };
}

function readRetry(retry: unknown): Declaration['retry'] {
  const backoff = fields(fields(retry).backoff);
  return {
    limit: number(retry) ?? number(fields(retry).limit) ?? DEFAULTS.retry.limit,
    backoff: {
      initial: duration(backoff.initial) ?? DEFAULTS.retry.backoff.initial,
      factor: number(backoff.factor) ?? DEFAULTS.retry.backoff.factor,
      max: duration(backoff.max) ?? DEFAULTS.retry.backoff.max,
    },
  };
}

/** A mapping's own entries, whatever it may be. */
export function fields(value: unknown): Partial<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.assign(Object.create(null), value);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function duration(value: unknown): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined;
}
