import type { Source, Token } from './backend.js';
import { compareIds } from './entry-id.js';
import { replyList, replyNumber } from './reply.js';
import type { Script } from './scripts/script.js';
import type { Argument, ValkeyConnection } from './valkey-connection.js';

/** One entry for a fencing script, with what the script wants beside its id. */
export interface FencedItem {
  readonly token: Token;
  readonly extra?: readonly Argument[];
}

/** Lua passes a bounded number of values to a command, and a script blocks the server. */
const itemsPerScript = 500;

/**
 * Run a fencing script (ARGV: group, consumer, count, …args; then for each entry, ascending: id, …extra) over any number
 * of tokens: one call for all of a consumer that have the same count, as nearly all have. It answers a number for each, or one for all. Answers in the order asked.
 */
export async function fenced(
  connection: ValkeyConnection,
  script: Script,
  source: Source,
  items: readonly FencedItem[],
  args: readonly Argument[] = [],
): Promise<number[]> {
  const results = new Array<number>(items.length);
  await Promise.all(pages(items).map(call));
  return results;

  async function call({ token, places }: Page): Promise<void> {
    const values: Argument[] = [source.group, token.consumer, token.count, ...args];
    for (const place of places) {
      const item = items[place];
      if (item === undefined) continue;
      values.push(item.token.id);
      if (item.extra !== undefined) values.push(...item.extra);
    }
    const reply = await connection.script(script, [source.key], values);
    const answers = typeof reply === 'number' ? undefined : replyList(reply);
    let next = 0;
    for (const place of places) {
      results[place] = replyNumber(answers === undefined ? reply : answers[next]);
      next += 1;
    }
  }
}

/** Items that share a call, by their places: one consumer and one count, that of `token`; ascending ids. */
interface Page {
  readonly token: Token;
  readonly places: readonly number[];
}

function pages(items: readonly FencedItem[]): Page[] {
  const groups: { readonly token: Token; readonly places: number[] }[] = [];
  let current: (typeof groups)[number] | undefined;
  let place = 0;
  for (const { token } of items) {
    if (current === undefined || !sameOwner(current.token, token)) {
      current = groups.find((group) => sameOwner(group.token, token));
      if (current === undefined) {
        current = { token, places: [] };
        groups.push(current);
      }
    }
    current.places.push(place);
    place += 1;
  }
  const id = (index: number): string => items[index]?.token.id ?? '';
  return groups.flatMap(({ token, places }) => {
    places.sort((a, b) => compareIds(id(a), id(b)));
    const starts = Array.from(
      { length: Math.ceil(places.length / itemsPerScript) },
      (_, index) => index * itemsPerScript,
    );
    return starts.map((start) => ({ token, places: places.slice(start, start + itemsPerScript) }));
  });
}

function sameOwner(a: Token, b: Token): boolean {
  return a.count === b.count && a.consumer === b.consumer;
}
