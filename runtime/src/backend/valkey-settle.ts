import type { DeadLetter, Settlement, SettleResult, Source, Token } from './backend.js';
import { HANDBACK } from './backend.js';
import { DEAD_LETTER_FIELDS, deadLetterFields } from './dead-letter.js';
import { type FencedItem, fenced } from './fenced.js';
import { replyBytes, replyList, replyNumber } from './reply.js';
import { acknowledgeReplayedScript, acknowledgeScript } from './scripts/acknowledge.js';
import { deadLetterScript } from './scripts/dead-letter.js';
import { releaseScript } from './scripts/release.js';
import type { ValkeyConnection } from './valkey-connection.js';
import { isReply } from './valkey-errors.js';

/**
 * Settle on one connection: acknowledgements together, hand-backs together, dead letters one by one. All of
 * them run, even where one fails; then the first failure is thrown.
 */
export async function settleAll(
  connection: ValkeyConnection,
  source: Source,
  settlements: readonly Settlement[],
): Promise<SettleResult[]> {
  if (settlements.every(({ verdict }) => verdict.kind === 'done')) {
    return (await acknowledge(connection, source, settlements)).map(resultOf);
  }
  const done: Placed[] = [];
  const released: Placed[] = [];
  const results = new Array<SettleResult>(settlements.length);
  const burials: Promise<void>[] = [];
  const bury = async (place: number, token: Token, letter: DeadLetter): Promise<void> => {
    results[place] = await deadLetter(connection, source, token, letter);
  };
  for (const [place, { token, verdict }] of settlements.entries()) {
    if (verdict.kind === 'done') done.push({ place, token });
    else if (verdict.kind === 'release') released.push({ place, token, extra: [verdict.count] });
    else burials.push(bury(place, token, verdict));
  }
  const note = async (items: readonly Placed[], answering: Promise<number[]>): Promise<void> => {
    const answers = await answering;
    for (const [index, { place }] of items.entries()) results[place] = resultOf(answers[index]);
  };
  const outcomes = await Promise.allSettled([
    ...burials,
    note(done, acknowledge(connection, source, done)),
    note(released, fenced(connection, releaseScript, source, released, [HANDBACK])),
  ]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}

/** An item that knows its place among the settlements. */
interface Placed extends FencedItem {
  readonly place: number;
}

function acknowledge(
  connection: ValkeyConnection,
  source: Source,
  items: readonly FencedItem[],
): Promise<number[]> {
  const script = source.replay ? acknowledgeReplayedScript : acknowledgeScript;
  return fenced(connection, script, source, items);
}

function resultOf(answer: number | undefined): SettleResult {
  if (answer === 1) return 'done';
  return answer === 0 ? 'gone' : 'not-yours';
}

/** In one step where both streams share a slot or the server is no cluster, else by way of this process. */
async function deadLetter(
  connection: ValkeyConnection,
  source: Source,
  token: Token,
  letter: DeadLetter,
): Promise<SettleResult> {
  const story = deadLetterFields(source, token, letter, new Date());
  const owner = [source.group, token.consumer, token.id, token.count];
  try {
    const answer = await connection.script(
      deadLetterScript,
      [source.key, letter.dlq],
      [...owner, letter.maxLength, source.replay ? 1 : 0, ...story],
    );
    if (answer !== 2) return resultOf(replyNumber(answer));
  } catch (error) {
    if (!isReply(error, 'CROSSSLOT')) throw error;
  }
  return deadLetterInTwoSteps(connection, source, token, letter, story);
}

/** Copy first, acknowledge second: a process that dies in between leaves a second copy behind, never none. */
async function deadLetterInTwoSteps(
  connection: ValkeyConnection,
  source: Source,
  token: Token,
  letter: DeadLetter,
  story: readonly string[],
): Promise<SettleResult> {
  const { key, group } = source;
  const pending = replyList(await connection.send('XPENDING', key, group, token.id, token.id, 1));
  if (pending.length === 0) return 'gone';
  const [, consumer, , count] = replyList(pending[0]);
  if (consumer !== token.consumer || count !== token.count) return 'not-yours';
  const range = replyList(await connection.sendForBytes('XRANGE', key, token.id, token.id));
  const fields = range.length === 0 ? [] : replyBytes(replyList(range[0])[1]);
  await connection.send(
    'XADD',
    ...[letter.dlq, 'MAXLEN', '~', letter.maxLength, '*'],
    ...ownFields(fields),
    ...story,
  );
  const [answer] = await acknowledge(connection, source, [{ token }]);
  return resultOf(answer);
}

/** As the script does it: what the story says replaces fields of the same names. */
function ownFields(fields: readonly Buffer[]): Buffer[] {
  const reserved: ReadonlySet<string> = new Set(DEAD_LETTER_FIELDS);
  return fields.filter((_, index) => !reserved.has(String(fields[index - (index % 2)])));
}
