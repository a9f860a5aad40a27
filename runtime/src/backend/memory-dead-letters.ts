import type {
  DeadLetter,
  DeadLetterPage,
  DeadLettersResult,
  ReplayIds,
  ReplayOutcome,
  Source,
} from './backend.js';
import {
  deadLetterFields,
  isLetterOf,
  originOf,
  REPLAY_OF,
  storedDeadLetter,
  storyOf,
  withoutDeadLetterFields,
} from './dead-letter.js';
import { compareIds } from './entry-id.js';
import { replaySource } from './keys.js';
import type { MemoryStore } from './memory-store.js';
import type { PendingEntry } from './memory-stream.js';

/** Copy an entry to its dead-letter stream. As on a server, the copy of an entry deleted meanwhile says only how it ended. */
export function bury(
  store: MemoryStore,
  source: Source,
  pending: PendingEntry,
  letter: DeadLetter,
): void {
  const { entry } = pending;
  const at = store.clock.date();
  const token = { id: entry.id, consumer: pending.consumer, count: pending.count };
  const dlq = store.stream(letter.dlq);
  dlq.append(
    [
      ...(entry.deleted ? [] : withoutDeadLetterFields(entry.fields)),
      ...deadLetterFields(source, token, letter, at),
    ],
    at.getTime(),
  );
  dlq.trim(letter.maxLength);
  store.wake(letter.dlq);
}

/** Move dead letters to the group's replay stream, in the order given. */
export function replayAll(
  store: MemoryStore,
  source: Source,
  { dlq, ids }: ReplayIds,
): ReplayOutcome[] {
  const replays = store.stream(replaySource(source).key);
  const letters = store.stream(dlq);
  return ids.map((id): ReplayOutcome => {
    const letter = letters.find(id);
    if (letter === undefined) return { status: 'missing' };
    const story = storyOf(letter.fields);
    if (!isLetterOf(story, source)) return { status: 'other-group' };
    const own = withoutDeadLetterFields(letter.fields);
    const fields = own.filter((_, index) => own[index - (index % 2)] !== REPLAY_OF);
    const wallMs = store.clock.date().getTime();
    const replayed = replays.append([...fields, REPLAY_OF, originOf(story)], wallMs);
    letters.delete([id]);
    return { status: 'replayed', id: replayed };
  });
}

/** One page of a group's dead letters; the cursor holds where the listing ends and where it stands. */
export function listDeadLetters(
  store: MemoryStore,
  source: Source,
  { dlq, cursor, count }: DeadLetterPage,
): DeadLettersResult {
  const stream = store.stream(dlq);
  const [until = stream.lastId, after = ''] = cursor === '' ? [] : cursor.split(' ');
  const page = stream
    .from(after === '' ? 0 : stream.after(after), count)
    .filter(({ id }) => compareIds(id, until) <= 0);
  const next = page.length === count ? page.at(-1)?.id : undefined;
  return {
    cursor: next === undefined ? '' : `${until} ${next}`,
    letters: page.flatMap(({ id, fields }) => {
      const story = storyOf(fields);
      return isLetterOf(story, source) ? [storedDeadLetter(id, story)] : [];
    }),
  };
}
