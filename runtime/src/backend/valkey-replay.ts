import type {
  DeadLetterPage,
  DeadLettersResult,
  ReplayIds,
  ReplayOutcome,
  Source,
} from './backend.js';
import {
  DEAD_LETTER_FIELDS,
  isLetterOf,
  originOf,
  REPLAY_OF,
  storedDeadLetter,
  storyOf,
} from './dead-letter.js';
import { replaySource } from './keys.js';
import { replyBytes, replyList, replyText, replyTexts } from './reply.js';
import { deadLettersScript } from './scripts/dead-letters.js';
import { replayScript } from './scripts/replay.js';
import type { ValkeyConnection } from './valkey-connection.js';
import { isReply } from './valkey-errors.js';

/** Create a group, and its stream where that is absent. */
export async function createGroup(
  connection: ValkeyConnection,
  { key, group }: Source,
  start: string,
): Promise<'created' | 'existed'> {
  try {
    await connection.send('XGROUP', 'CREATE', key, group, start, 'MKSTREAM');
    return 'created';
  } catch (error) {
    if (isReply(error, 'BUSYGROUP')) return 'existed';
    throw error;
  }
}

/** Work on a replay stream. One that somebody deleted is made anew, and what was pending there is gone. */
export async function withReplayGroup<T>(
  connection: ValkeyConnection,
  replays: Source,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isReply(error, 'NOGROUP')) throw error;
    await createGroup(connection, replays, '0');
    return work();
  }
}

/** Move dead letters to the group's replay stream, in the order given. */
export async function replayAll(
  connection: ValkeyConnection,
  source: Source,
  { dlq, ids }: ReplayIds,
): Promise<ReplayOutcome[]> {
  // An error where the group is not there, which the replay stream would otherwise wait for in vain.
  await connection.send('XPENDING', source.key, source.group, '-', '+', 1);
  await createGroup(connection, replaySource(source), '0');
  const outcomes = await Promise.allSettled(
    ids.map((id) => replayOne(connection, source, dlq, id)),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** In one step where all streams share a slot or the server is no cluster, else by way of this process. */
async function replayOne(
  connection: ValkeyConnection,
  source: Source,
  dlq: string,
  id: string,
): Promise<ReplayOutcome> {
  const replays = replaySource(source);
  try {
    const keys = [source.key, replays.key, dlq];
    const answer = replyText(await connection.script(replayScript, keys, [source.group, id]));
    if (answer === 'missing' || answer === 'other-group') return { status: answer };
    if (answer !== 'too-wide') return { status: 'replayed', id: answer };
  } catch (error) {
    if (!isReply(error, 'CROSSSLOT')) throw error;
  }
  return replayInTwoSteps(connection, source, dlq, id);
}

/** Append first, delete second: a process that dies in between leaves a second copy behind, never none. */
async function replayInTwoSteps(
  connection: ValkeyConnection,
  source: Source,
  dlq: string,
  id: string,
): Promise<ReplayOutcome> {
  const [entry] = replyList(await connection.sendForBytes('XRANGE', dlq, id, id));
  if (entry === undefined) return { status: 'missing' };
  const fields = replyBytes(replyList(entry)[1]);
  const story = storyOf(fields.map(String));
  if (!isLetterOf(story, source)) return { status: 'other-group' };
  const own = fields.filter((_, index) => !added.has(String(fields[index - (index % 2)])));
  const replays = replaySource(source);
  const appended = await connection.send(
    'XADD',
    ...[replays.key, '*'],
    ...own,
    ...[REPLAY_OF, originOf(story)],
  );
  await connection.send('XDEL', dlq, id);
  return { status: 'replayed', id: replyText(appended) };
}

const added: ReadonlySet<string> = new Set([...DEAD_LETTER_FIELDS, REPLAY_OF]);

/** One page of a group's dead letters; the cursor holds where the listing ends and where it stands. */
export async function listDeadLetters(
  connection: ValkeyConnection,
  { key, group }: Source,
  { dlq, cursor, count }: DeadLetterPage,
): Promise<DeadLettersResult> {
  const [until = '', after = ''] = cursor.split(' ');
  const start = after === '' ? '-' : `(${after}`;
  const args = [key, group, until, start, count];
  const reply = await connection.script(deadLettersScript, [dlq], args);
  const [last, next, letters] = replyList(reply);
  return {
    cursor: next === '' ? '' : `${replyText(last)} ${replyText(next)}`,
    letters: replyList(letters).map((letter) => {
      const [id, fields] = replyList(letter);
      return storedDeadLetter(replyText(id), storyOf(replyTexts(fields)));
    }),
  };
}
