import { PspfError } from '../errors.js';
import type { Delivery, Source } from './backend.js';

// Answers of the server, read strictly: one that has another shape comes from something that is no Valkey.

export function replyList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected('a list', value);
}

export function replyText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw unexpected('text', value);
}

export function replyNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw unexpected('a number', value);
}

export function replyTexts(value: unknown): readonly string[] {
  const list = replyList(value);
  if (list.every(isText)) return list;
  throw unexpected(
    'texts',
    list.find((each) => !isText(each)),
  );
}

/** Values that may be no UTF-8, of an answer in bytes. */
export function replyBytes(value: unknown): Buffer[] {
  return replyList(value).map((each) => (Buffer.isBuffer(each) ? each : Buffer.from(String(each))));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A flat list of names and values, as XINFO answers. */
export function replyRecord(value: unknown): Map<string, unknown> {
  const list = replyList(value);
  const record = new Map<string, unknown>();
  for (let index = 0; index + 1 < list.length; index += 2) {
    record.set(replyText(list[index]), list[index + 1]);
  }
  return record;
}

/** Entries as our scripts answer them, `[id, count, fields]` each. */
export function replyDeliveries(value: unknown, source: Source, consumer: string): Delivery[] {
  return replyList(value).map((item) => {
    const [id, count, fields] = replyList(item);
    return {
      source,
      token: { id: replyText(id), consumer, count: replyNumber(count) },
      fields: replyTexts(fields),
    };
  });
}

function unexpected(wanted: string, value: unknown): PspfError {
  const got = value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return new PspfError(
    'SERVER',
    `The server answered ${got} where ${wanted} was expected. Is it Valkey 7.2 or newer, or Redis 7 or newer?`,
  );
}
