import type { Source, SourceState } from './backend.js';
import { idTime } from './entry-id.js';
import { replyList, replyNumber, replyRecord, replyText } from './reply.js';
import type { ValkeyConnection } from './valkey-connection.js';

/** Read the state of a stream and a group, in one round trip (XPENDING, XLEN, XINFO, TIME). */
export async function inspectGroup(
  connection: ValkeyConnection,
  { key, group }: Source,
): Promise<SourceState> {
  const [summary, length, groups, consumers, time] = await Promise.all([
    connection.send('XPENDING', key, group),
    connection.send('XLEN', key),
    connection.send('XINFO', 'GROUPS', key),
    connection.send('XINFO', 'CONSUMERS', key, group),
    connection.send('TIME'),
  ]);
  const [pending, oldest] = replyList(summary);
  const own = replyList(groups)
    .map(replyRecord)
    .find((record) => record.get('name') === group);
  const lag = own?.get('lag');
  const nowMs = Number(replyList(time)[0]) * 1_000 + Number(replyList(time)[1]) / 1_000;
  return {
    length: replyNumber(length),
    pending: replyNumber(pending),
    lastDelivered: replyText(own?.get('last-delivered-id')),
    lag: typeof lag === 'number' ? lag : undefined,
    oldestPendingMs: typeof oldest === 'string' ? Math.max(0, nowMs - idTime(oldest)) : undefined,
    consumers: replyList(consumers)
      .map(replyRecord)
      .map((record) => ({
        name: replyText(record.get('name')),
        pending: replyNumber(record.get('pending')),
        idleMs: replyNumber(record.get('idle')),
      })),
  };
}
