import type { DeadReason } from '../backend/backend.js';
import type { MemoryStreamBackend } from '../backend/memory.js';
import { decode } from '../envelope.js';

/** One entry of a stream in memory. */
export interface EntryOf {
  readonly id: string;
  /** The payload; undefined where `data` is no JSON. */
  readonly payload: unknown;
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** All fields as on the wire; of a repeated one the first. */
  readonly fields: Readonly<Record<string, string>>;
}

/** One dead letter. */
export interface DeadLetterEntry extends EntryOf {
  readonly reason: DeadReason;
  readonly error: string;
  readonly attempts: number;
  readonly group: string;
  /** `<stream key>/<id>` of the entry that failed. */
  readonly origin: string;
}

/** All entries of a stream in memory, oldest first. */
export function entries(backend: MemoryStreamBackend, key: string): EntryOf[] {
  return backend.store.entries(key).map(({ id, fields }) => toEntry(key, id, fields));
}

/** All dead letters of a stream in memory, oldest first. */
export function deadLetters(
  backend: MemoryStreamBackend,
  stream: string,
  dlq: string = `{${stream}}:dlq`,
): DeadLetterEntry[] {
  return entries(backend, dlq).map((entry) => {
    const { fields } = entry;
    return {
      ...entry,
      reason: (fields['dlq:reason'] ?? 'failed') as DeadReason,
      error: fields['dlq:error'] ?? '',
      attempts: Number(fields['dlq:attempts'] ?? 0),
      group: fields['dlq:group'] ?? '',
      origin: `${fields['dlq:stream']}/${fields['dlq:id']}`,
    };
  });
}

function toEntry(key: string, id: string, fields: readonly string[]): EntryOf {
  const envelope = decode({
    source: { key, group: '' },
    token: { id, consumer: '', count: 0 },
    fields,
  });
  const named: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < fields.length; i += 2) named[fields[i] ?? ''] ??= fields[i + 1] ?? '';
  return {
    id,
    payload: parsed(() => envelope.parse()),
    key: envelope.key,
    headers: envelope.headers,
    fields: named,
  };
}

function parsed(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
