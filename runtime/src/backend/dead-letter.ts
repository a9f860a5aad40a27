import type { DeadLetter, Fields, Source, StoredDeadLetter, Token } from './backend.js';

/** Fields that a dead letter carries beside the original ones; removed again on replay. */
export const DEAD_LETTER_FIELDS = [
  'dlq:stream',
  'dlq:id',
  'dlq:group',
  'dlq:consumer',
  'dlq:attempts',
  'dlq:reason',
  'dlq:error',
  'dlq:at',
] as const;

/** What the dead letter of one entry says about its end, as a flat field list. `at` is ISO 8601. */
export function deadLetterFields(
  source: Source,
  token: Token,
  letter: DeadLetter,
  at: Date,
): string[] {
  const values: Record<(typeof DEAD_LETTER_FIELDS)[number], string> = {
    'dlq:stream': letter.originStream,
    'dlq:id': letter.originId,
    'dlq:group': source.group,
    'dlq:consumer': token.consumer,
    'dlq:attempts': String(letter.attempts),
    'dlq:reason': letter.reason,
    'dlq:error': letter.error,
    'dlq:at': at.toISOString(),
  };
  return DEAD_LETTER_FIELDS.flatMap((name) => [name, values[name]]);
}

/** What a replayed entry carries beside the original fields: its origin, `<stream key>/<id>`. */
export const REPLAY_OF = 'replay:of';

/** The entry's own fields. Ours win where a producer wrote fields with the names of ours. */
export function withoutDeadLetterFields(fields: Fields): string[] {
  const own: string[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? '';
    if (!reserved.has(name)) own.push(name, fields[index + 1] ?? '');
  }
  return own;
}

const reserved: ReadonlySet<string> = new Set(DEAD_LETTER_FIELDS);

/** Whether a dead letter is of this group of this stream; groups, and streams that say so, share a dead-letter stream. */
export function isLetterOf(story: ReadonlyMap<string, string>, source: Source): boolean {
  return story.get('dlq:group') === source.group && story.get('dlq:stream') === source.key;
}

/** What a dead letter says of its end, by the names of {@link DEAD_LETTER_FIELDS}. */
export function storyOf(fields: Fields): Map<string, string> {
  const story = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? '';
    if (reserved.has(name)) story.set(name, fields[index + 1] ?? '');
  }
  return story;
}

export function originOf(story: ReadonlyMap<string, string>): string {
  return `${story.get('dlq:stream')}/${story.get('dlq:id')}`;
}

export function storedDeadLetter(id: string, story: ReadonlyMap<string, string>): StoredDeadLetter {
  return {
    id,
    origin: originOf(story),
    reason: story.get('dlq:reason') ?? '',
    error: story.get('dlq:error') ?? '',
    attempts: Number(story.get('dlq:attempts') ?? 0),
    at: story.get('dlq:at') ?? '',
  };
}
