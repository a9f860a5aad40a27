import type { ForeignClient } from '../support/server/foreign-client.js';

export const STREAM = 'chaos:events';
const GROUP = 'chaos-workers';
const DLQ = `{${STREAM}}:dlq`;

const PAGE = 10_000;

export type Entry = readonly [id: string, fields: readonly string[]];

/** The id of the last entry appended. */
export async function lastId(client: ForeignClient): Promise<string> {
  const [last] = await client.xrevrange(STREAM, '+', '-', 'COUNT', 1);
  return last?.[0] ?? '0-0';
}

/** Whether the group has settled every entry up to an id. */
export async function settledUpTo(client: ForeignClient, id: string): Promise<boolean> {
  const pending = await client.xpending(STREAM, GROUP, '-', id, 1);
  if (pending.length > 0) return false;
  const delivered = (await groupState(client)).get('last-delivered-id');
  const behind = await client.xrange(STREAM, `(${delivered}`, id, 'COUNT', 1);
  return behind.length === 0;
}

/** What is left to do: delivered and not settled, and not delivered. */
export async function left(client: ForeignClient): Promise<{ pending: number; lag: number }> {
  const state = await groupState(client);
  const behind = await client.xrange(STREAM, `(${state.get('last-delivered-id')}`, '+');
  return { pending: Number(state.get('pending')), lag: behind.length };
}

export const stored = (client: ForeignClient): Promise<Entry[]> => all(client, STREAM);
export const deadLetters = (client: ForeignClient): Promise<Entry[]> => all(client, DLQ);

/** One field of an entry. */
export function field([, fields]: Entry, name: string): string {
  for (let at = 0; at < fields.length; at += 2) if (fields[at] === name) return `${fields[at + 1]}`;
  return '';
}

async function all(client: ForeignClient, key: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let from = '-'; ; ) {
    const page = await client.xrange(key, from, '+', 'COUNT', PAGE);
    entries.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return entries;
    from = `(${last[0]}`;
  }
}

async function groupState(client: ForeignClient): Promise<ReadonlyMap<string, string>> {
  const groups: unknown = await client.xinfo('GROUPS', STREAM);
  const [state] = Array.isArray(groups) ? groups : [];
  const facts: unknown[] = Array.isArray(state) ? state : [];
  const pairs = facts.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[String(name), String(facts[at + 1])]] : [],
  );
  return new Map(pairs);
}
