import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AppendEntry,
  type DeadLetter,
  type Delivery,
  type Fields,
  HANDBACK,
  type Settlement,
  type Source,
  type StoredDeadLetter,
  type StreamBackend,
  type Token,
} from '../../runtime/dist/backend/backend.js';
import { replaySource } from '../../runtime/dist/backend/keys.js';

/** A kind of backend under test, and what operators and foreign clients do beside it. */
export interface BackendUnderTest {
  /** A backend as one more process would have it; the suite closes it. */
  connect(): StreamBackend;
  entries(key: string): Promise<readonly { readonly id: string; readonly fields: Fields }[]>;
  deleteEntries(key: string, ids: readonly string[]): Promise<void>;
  destroyGroup(source: Source): Promise<void>;
  deleteStream(key: string): Promise<void>;
  /** Make everything pending look as if it was left alone for `ms`. */
  age(source: Source, ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** What every StreamBackend promises, whatever it is built on. */
export function backendContract(name: string, start: () => Promise<BackendUnderTest>): void {
  describe(`${name} keeps the contract of a StreamBackend`, () => {
    let under: BackendUnderTest;
    let backend: StreamBackend;

    beforeAll(async () => {
      under = await start();
      backend = under.connect();
    });

    afterAll(async () => {
      await backend?.close();
      await under?.stop();
    });

    const readAll = async (source: Source, consumer: string, count = 10_000) => {
      const reader = await backend.openReader(source, consumer);
      try {
        return await reader.read(count, 0);
      } finally {
        await reader.close();
      }
    };

    /** A group with `count` entries delivered to consumer `a`. */
    const delivered = async (count: number) => {
      const source = await newSource();
      const ids = await appendTexts(source.key, texts(count));
      const deliveries = await readAll(source, 'a');
      expect(deliveries.map(({ token }) => token.id)).toEqual(ids);
      return { source, ids, deliveries, tokens: deliveries.map(({ token }) => token) };
    };

    const newSource = async (): Promise<Source> => {
      const source = { key: `orders-${randomUUID()}`, group: 'workers' };
      await backend.ensureGroup(source, { from: 'start', dlq: dlqOf(source) });
      return source;
    };

    const appendTexts = async (key: string, data: readonly string[]): Promise<string[]> => {
      const results = await backend.append(key, data.map(entry));
      return results.map((result) => {
        if (result.status !== 'appended') throw new Error(`not appended: ${result.status}`);
        return result.id;
      });
    };

    const pendingCount = async (source: Source) => (await backend.inspect(source)).pending;

    describe('append', () => {
      test('answers for each entry and keeps their order and fields', async () => {
        const key = `orders-${randomUUID()}`;
        const data = texts(300);
        const ids = await appendTexts(key, data);
        const stored = await under.entries(key);
        expect(stored.map(({ id }) => id)).toEqual(ids);
        expect(stored.map(({ fields }) => fields)).toEqual(data.map((text) => ['data', text]));
      });

      test('keeps the order where large and small entries mix', async () => {
        const key = `orders-${randomUUID()}`;
        const data = texts(60).map((text, index) => text.repeat(index % 7 === 3 ? 20_000 : 1));
        const ids = await appendTexts(key, data);
        const stored = await under.entries(key);
        expect(stored.map(({ id }) => id)).toEqual(ids);
        expect(stored.map(({ fields }) => fields[1])).toEqual(data);
      });

      test('takes half of a surrogate pair, which has no UTF-8, for U+FFFD', async () => {
        const key = `orders-${randomUUID()}`;
        await backend.append(key, [{ fields: ['h:\ud800', 'a\udc00'], bytes: 9 }]);
        expect((await under.entries(key))[0]?.fields).toEqual(['h:\ufffd', 'a\ufffd']);
      });

      test('keeps every character, empty values and repeated names', async () => {
        const key = `orders-${randomUUID()}`;
        const fields = ['data', '"Zürich 😀 \u0000\r\n\\"', 'x', '', 'x', 'again', '', 'no name'];
        await backend.append(key, [{ fields, bytes: 60 }]);
        expect((await under.entries(key)).map((stored) => stored.fields)).toEqual([fields]);
      });

      test('gives every entry its own fields, whatever its neighbours have', async () => {
        const text = fc.constantFrom('', 'data', 'key', '1', '2', '-1', 'full', 'ü\n');
        const fields = fc
          .array(fc.tuple(text, text), { minLength: 1, maxLength: 4 })
          .map((pairs) => pairs.flat());
        await fc.assert(
          fc.asyncProperty(fc.array(fields, { minLength: 1, maxLength: 20 }), async (given) => {
            const key = `orders-${randomUUID()}`;
            const results = await backend.append(
              key,
              given.map((each) => ({ fields: each, bytes: 60 })),
            );
            const stored = await under.entries(key);
            expect(stored.map((each) => each.fields)).toEqual(given);
            expect(results).toEqual(stored.map(({ id }) => ({ status: 'appended', id })));
          }),
        );
      });

      test('carries a payload of 5 MB there and back', async () => {
        const source = await newSource();
        const text = JSON.stringify('ü'.repeat(2_500_000));
        await appendTexts(source.key, [text]);
        const [delivery] = await readAll(source, 'a');
        expect(delivery?.fields[1] === text).toBe(true);
      });

      test('carries an entry of 3,000 fields', async () => {
        const source = await newSource();
        const fields = Array.from({ length: 6_000 }, (_, index) => `f${index}`);
        await backend.append(source.key, [{ fields, bytes: 30_000 }]);
        const [delivery] = await readAll(source, 'a');
        expect(delivery?.fields).toEqual(fields);
      });

      test('refuses what does not fit where the stream may not grow', async () => {
        const key = `orders-${randomUUID()}`;
        const first = await backend.append(key, texts(5).map(entry), { rejectAtLength: 3 });
        expect(first.map(({ status }) => status)).toEqual([
          'appended',
          'appended',
          'appended',
          'full',
          'full',
        ]);
        const large = await backend.append(key, [entry('x'.repeat(20_000))], { rejectAtLength: 3 });
        expect(large).toEqual([{ status: 'full' }]);
        expect(await under.entries(key)).toHaveLength(3);
      });

      test('of nothing answers nothing', async () => {
        expect(await backend.append(`orders-${randomUUID()}`, [])).toEqual([]);
      });
    });

    describe('a group', () => {
      test('is created once, with its dead-letter stream', async () => {
        const source = { key: `orders-${randomUUID()}`, group: 'workers' };
        const options = { from: 'start', dlq: dlqOf(source) };
        expect(await backend.ensureGroup(source, options)).toBe('created');
        expect(await backend.ensureGroup(source, options)).toBe('existed');
        expect(await under.entries(dlqOf(source))).toEqual([]);
        expect((await backend.inspect(replaySource(source))).length).toBe(0);
      });

      test('starts at the beginning, at the end or behind an id', async () => {
        const key = `orders-${randomUUID()}`;
        const [, second] = await appendTexts(key, ['"1"', '"2"', '"3"']);
        const expected = { start: ['"1"', '"2"', '"3"', '"4"'], end: ['"4"'], id: ['"3"', '"4"'] };
        const sources = Object.keys(expected).map((group) => ({ key, group }));
        for (const source of sources) {
          const from = source.group === 'id' ? (second ?? '') : source.group;
          await backend.ensureGroup(source, { from, dlq: dlqOf(source) });
        }
        await appendTexts(key, ['"4"']);
        const got = Object.fromEntries(
          await Promise.all(
            sources.map(async (source) => [source.group, data(await readAll(source, 'a'))]),
          ),
        );
        expect(got).toEqual(expected);
      });

      test('keeps its place when it is asked to start elsewhere later', async () => {
        const { source } = await delivered(3);
        await backend.ensureGroup(source, { from: 'start', dlq: dlqOf(source) });
        expect(await readAll(source, 'b')).toEqual([]);
      });

      test('that starts at nonsense is refused', async () => {
        const source = { key: `orders-${randomUUID()}`, group: 'workers' };
        await expect(
          backend.ensureGroup(source, { from: 'yesterday', dlq: dlqOf(source) }),
        ).rejects.toMatchObject({ code: 'INVALID_OPTION' });
      });

      test('that is missing is named by every call', async () => {
        const source = { key: `orders-${randomUUID()}`, group: 'nobody' };
        const token = { id: '1-1', consumer: 'a', count: 1 };
        const missing = { code: 'GROUP_MISSING', message: expect.stringContaining('"nobody"') };
        await expect(readAll(source, 'a')).rejects.toMatchObject(missing);
        await expect(
          backend.settle(source, [{ token, verdict: { kind: 'done' } }]),
        ).rejects.toMatchObject(missing);
        await expect(backend.restart(source, [token])).rejects.toMatchObject(missing);
        await expect(backend.extend(source, [token])).rejects.toMatchObject(missing);
        await expect(
          backend.claim(source, 'a', { from: 'own', count: 1, cursor: '' }),
        ).rejects.toMatchObject(missing);
        await expect(backend.inlet(source, 'a', 1)).rejects.toMatchObject(missing);
        await expect(backend.replay(source, { dlq: dlqOf(source), ids: [] })).rejects.toMatchObject(
          missing,
        );
        await expect(backend.leave(source, 'a')).rejects.toMatchObject(missing);
        await expect(backend.reap(source, 0)).rejects.toMatchObject(missing);
        await expect(backend.inspect(source)).rejects.toMatchObject(missing);
      });
    });

    describe('a read', () => {
      test('delivers each entry once per group, counted as the first delivery', async () => {
        const source = await newSource();
        const other = { ...source, group: 'billing' };
        await backend.ensureGroup(other, { from: 'start', dlq: dlqOf(source) });
        await appendTexts(source.key, texts(10));
        const a = await readAll(source, 'a', 4);
        const b = await readAll(source, 'b');
        expect([...data(a), ...data(b)]).toEqual(texts(10));
        expect(a.map(({ token }) => token.count)).toEqual([1, 1, 1, 1]);
        expect(a[0]?.token.consumer).toBe('a');
        expect(a[0]?.source).toEqual(source);
        expect(data(await readAll(other, 'a'))).toEqual(texts(10));
      });

      test('answers nothing when the time is over', async () => {
        const reader = await backend.openReader(await newSource(), 'a');
        expect(await reader.read(10, 20)).toEqual([]);
        await reader.close();
      });

      test('ends at once with what is appended meanwhile', async () => {
        const source = await newSource();
        const reader = await backend.openReader(source, 'a');
        const reading = reader.read(10, 20_000);
        await appendTexts(source.key, ['"1"']);
        expect(data(await reading)).toEqual(['"1"']);
        await reader.close();
      });

      test('that waits does not delay anything else', async () => {
        const source = await newSource();
        const reader = await backend.openReader(source, 'a');
        const reading = reader.read(10, 20_000);
        await backend.ping();
        expect(await pendingCount(source)).toBe(0);
        await reader.close();
        expect(await reading).toEqual([]);
      });

      test('ends when its reader is closed, and closing again is harmless', async () => {
        const reader = await backend.openReader(await newSource(), 'a');
        const reading = reader.read(10, 20_000);
        await Promise.all([reader.close(), reader.close()]);
        expect(await reading).toEqual([]);
        await reader.close();
        expect(await reader.read(10, 20_000)).toEqual([]);
      });

      test('that is closed loses nothing', async () => {
        const source = await newSource();
        const reader = await backend.openReader(source, 'a');
        const reading = reader.read(100, 20_000);
        const [ids] = await Promise.all([appendTexts(source.key, texts(50)), reader.close()]);
        const got = await reading;
        const own = await backend.claim(source, 'a', { from: 'own', count: 100, cursor: '' });
        const unread = await readAll(source, 'b');
        expect(own.deliveries.map(({ token }) => token.id)).toEqual(got.map((d) => d.token.id));
        expect([...got, ...unread].map(({ token }) => token.id)).toEqual(ids);
      });

      test('rejects when its group is deleted', async () => {
        const source = await newSource();
        const reader = await backend.openReader(source, 'a');
        const reading = reader.read(10, 20_000);
        const rejected = expect(reading).rejects.toMatchObject({ code: 'GROUP_MISSING' });
        await under.destroyGroup(source);
        // A server may have received the read only after the group had gone: same answer.
        await rejected;
        await reader.close();
      });

      test('rejects when its backend is closed', async () => {
        const source = await newSource();
        const other = under.connect();
        const reader = await other.openReader(source, 'a');
        const rejected = expect(reader.read(10, 20_000)).rejects.toMatchObject({ code: 'CLOSED' });
        await other.close();
        await rejected;
        await expect(other.append(source.key, [entry('"1"')])).rejects.toMatchObject({
          code: 'CLOSED',
        });
        await other.close();
      });
    });

    describe('settle', () => {
      test('done removes the entries from the pending list, and says gone the second time', async () => {
        const { source, tokens } = await delivered(3);
        expect(await backend.settle(source, tokens.map(done))).toEqual(['done', 'done', 'done']);
        expect(await pendingCount(source)).toBe(0);
        expect(await backend.settle(source, tokens.map(done))).toEqual(['gone', 'gone', 'gone']);
        expect(await under.entries(source.key)).toHaveLength(3);
      });

      test('refuses another owner and another count, each on its own, in the order asked', async () => {
        const { source, tokens } = await delivered(6);
        const [t0, t1, t2, t3, t4, t5] = six(tokens);
        await backend.restart(source, [t1]);
        const verdicts: Settlement[] = [
          done({ ...t5, consumer: 'b' }),
          done(t0),
          done(t1),
          { token: t3, verdict: { kind: 'release', count: 0 } },
          done({ ...t2, count: 2 }),
          { token: { ...t4, consumer: 'b' }, verdict: letter(source, t4) },
          { token: { ...t4, count: 7 }, verdict: { kind: 'release', count: 0 } },
          done({ id: '1-1', consumer: 'a', count: 1 }),
        ];
        expect(await backend.settle(source, verdicts)).toEqual([
          'not-yours',
          'done',
          'not-yours',
          'done',
          'not-yours',
          'not-yours',
          'not-yours',
          'gone',
        ]);
        expect(await pendingCount(source)).toBe(5);
        expect(await under.entries(dlqOf(source))).toEqual([]);
      });

      test('settles what lies far apart among entries still held', async () => {
        const { source, tokens } = await delivered(3_000);
        const chosen = tokens.filter((_, index) => index % 97 === 0 || index > 2_900).reverse();
        expect(new Set(await backend.settle(source, chosen.map(done)))).toEqual(new Set(['done']));
        const left = await backend.claim(source, 'a', { from: 'own', count: 5_000, cursor: '' });
        const settled = new Set(chosen.map(({ id }) => id));
        expect(left.deliveries.map(({ token }) => token.id)).toEqual(
          tokens.map(({ id }) => id).filter((id) => !settled.has(id)),
        );
      });

      test('of nothing answers nothing', async () => {
        expect(await backend.settle(await newSource(), [])).toEqual([]);
      });
    });

    describe('handing back', () => {
      test('makes an entry free for any consumer through the inlet, with the count it is given', async () => {
        const { source, tokens } = await delivered(3);
        const [first, second] = six(tokens);
        await backend.settle(source, [
          { token: second, verdict: { kind: 'release', count: 4 } },
          { token: first, verdict: { kind: 'release', count: 0 } },
        ]);
        const got = await backend.inlet(source, 'b', 10);
        expect(got.map(({ token }) => token)).toEqual([
          { id: first.id, consumer: 'b', count: 0 },
          { id: second.id, consumer: 'b', count: 4 },
        ]);
        expect(data(got)).toEqual(texts(2));
        expect(await backend.inlet(source, 'b', 10)).toEqual([]);
        expect(await backend.settle(source, [done(first)])).toEqual(['not-yours']);
        const [token] = await backend.restart(source, [{ ...first, consumer: 'b', count: 0 }]);
        expect(token).toEqual({ id: first.id, consumer: 'b', count: 1 });
      });

      test('gives the inlet at most as many as it asks for, oldest first', async () => {
        const { source, ids, tokens } = await delivered(5);
        await backend.settle(source, tokens.map(release));
        const first = await backend.inlet(source, 'b', 2);
        const rest = await backend.inlet(source, 'c', 10);
        expect(first.map(({ token }) => token.id)).toEqual(ids.slice(0, 2));
        expect(rest.map(({ token }) => token.id)).toEqual(ids.slice(2));
      });

      test('is not held up by handed-back entries that were deleted', async () => {
        const { source, ids, tokens } = await delivered(40);
        await backend.settle(source, tokens.map(release));
        await under.deleteEntries(source.key, ids.slice(0, 38));
        const got = await backend.inlet(source, 'b', 2);
        expect(got.map(({ token }) => token.id)).toEqual(ids.slice(38));
        const claimed = await claimIdle(source, 'b', 0, 100);
        expect(claimed.trimmed).toEqual(ids.slice(0, 38));
      });

      test('of a deleted entry says gone', async () => {
        const { source, ids, tokens } = await delivered(1);
        await under.deleteEntries(source.key, ids);
        expect(await backend.settle(source, tokens.map(release))).toEqual(['gone']);
        expect(await pendingCount(source)).toBe(0);
      });
    });

    describe('restart', () => {
      test('counts one delivery, and asked again counts no second one', async () => {
        const { source, tokens } = await delivered(2);
        const [first, second] = six(tokens);
        const expected = [{ ...first, count: 2 }];
        expect(await backend.restart(source, [first])).toEqual(expected);
        expect(await backend.restart(source, [first])).toEqual(expected);
        expect(await backend.settle(source, [done(first)])).toEqual(['not-yours']);
        expect(await backend.settle(source, expected.map(done))).toEqual(['done']);
        expect(await backend.restart(source, [first, second])).toEqual([
          undefined,
          { ...second, count: 2 },
        ]);
      });

      test('answers undefined for what is gone, deleted or owned by another', async () => {
        const { source, ids, tokens } = await delivered(4);
        const [settled, deleted, taken, kept] = six(tokens);
        await backend.settle(source, [done(settled)]);
        await under.deleteEntries(source.key, [ids[1] ?? '']);
        const answers = await backend.restart(source, [
          settled,
          deleted,
          { ...taken, consumer: 'b' },
          kept,
        ]);
        expect(answers).toEqual([undefined, undefined, undefined, { ...kept, count: 2 }]);
      });
    });

    describe('extend', () => {
      test('keeps held entries from being claimed, without counting', async () => {
        const { source, ids, tokens } = await delivered(3);
        await under.age(source, 60_000);
        expect(await backend.extend(source, tokens.slice(0, 2))).toEqual([]);
        const claimed = await claimIdle(source, 'b', 30_000, 10);
        expect(claimed.deliveries.map(({ token }) => token)).toEqual([
          { id: ids[2], consumer: 'b', count: 1 },
        ]);
        expect(await backend.settle(source, tokens.map(done))).toEqual([
          'done',
          'done',
          'not-yours',
        ]);
      });

      test('tells what was deleted from what another has', async () => {
        const { source, ids, tokens } = await delivered(6);
        const [settled, deleted, taken, restarted, deletedAndForgotten, kept] = six(tokens);
        await backend.settle(source, [done(settled)]);
        await under.deleteEntries(source.key, [ids[4] ?? '']);
        await claimIdle(source, 'a', 0, 100);
        await backend.settle(source, [{ token: taken, verdict: { kind: 'release', count: 0 } }]);
        await backend.inlet(source, 'b', 1);
        await backend.restart(source, [restarted]);
        await under.deleteEntries(source.key, [ids[1] ?? '']);
        const lost = await backend.extend(source, [
          kept,
          settled,
          deleted,
          taken,
          restarted,
          deletedAndForgotten,
        ]);
        expect(lost).toEqual([
          { token: settled, why: 'taken' },
          { token: deleted, why: 'trimmed' },
          { token: taken, why: 'taken' },
          { token: restarted, why: 'taken' },
          { token: deletedAndForgotten, why: 'trimmed' },
        ]);
      });

      test('refreshes thousands at once', async () => {
        const { source, tokens } = await delivered(3_000);
        await under.age(source, 60_000);
        expect(await backend.extend(source, tokens)).toEqual([]);
        expect((await claimIdle(source, 'b', 30_000, 10)).deliveries).toEqual([]);
      });
    });

    const claimIdle = async (source: Source, consumer: string, minIdle: number, count: number) => {
      const deliveries: Delivery[] = [];
      const trimmed: string[] = [];
      let cursor = '';
      do {
        const page = await backend.claim(source, consumer, {
          from: 'idle',
          minIdle,
          count,
          cursor,
        });
        expect(page.deliveries.length + page.trimmed.length).toBeLessThanOrEqual(count);
        deliveries.push(...page.deliveries);
        trimmed.push(...page.trimmed);
        cursor = page.cursor;
      } while (cursor !== '');
      return { deliveries, trimmed };
    };

    describe('claim', () => {
      test('takes over what was left alone, without counting a delivery', async () => {
        const { source, ids, tokens } = await delivered(3);
        const [, , third] = six(tokens);
        await backend.restart(source, [third]);
        expect((await claimIdle(source, 'b', 60_000, 10)).deliveries).toEqual([]);
        const { deliveries } = await claimIdle(source, 'b', 0, 10);
        expect(deliveries.map(({ token }) => token)).toEqual([
          { id: ids[0], consumer: 'b', count: 1 },
          { id: ids[1], consumer: 'b', count: 1 },
          { id: ids[2], consumer: 'b', count: 2 },
        ]);
        expect(data(deliveries)).toEqual(texts(3));
        expect(await backend.settle(source, [done(third)])).toEqual(['not-yours']);
      });

      test('pages through 10,000 entries, each once, reporting deleted ones', async () => {
        const { source, ids } = await delivered(10_000);
        const deleted = ids.filter((_, index) => index % 50 === 7);
        await under.age(source, 60_000);
        await under.deleteEntries(source.key, deleted);
        const { deliveries, trimmed } = await claimIdle(source, 'b', 30_000, 250);
        expect(trimmed).toEqual(deleted);
        expect(deliveries.map(({ token }) => token.id)).toEqual(
          ids.filter((id) => !deleted.includes(id)),
        );
        expect(await pendingCount(source)).toBe(ids.length - deleted.length);
      });

      test('of its own name answers everything pending under it and nothing else', async () => {
        const source = await newSource();
        const ids = await appendTexts(source.key, texts(25));
        await readAll(source, 'a', 10);
        await readAll(source, 'b', 5);
        await readAll(source, 'a');
        await under.deleteEntries(source.key, [ids[3] ?? '', ids[24] ?? '']);
        const deliveries: Delivery[] = [];
        const trimmed: string[] = [];
        let cursor = '';
        do {
          const page = await backend.claim(source, 'a', { from: 'own', count: 4, cursor });
          deliveries.push(...page.deliveries);
          trimmed.push(...page.trimmed);
          cursor = page.cursor;
        } while (cursor !== '');
        expect(trimmed).toEqual([ids[3], ids[24]]);
        const own = [...ids.slice(0, 3), ...ids.slice(4, 10), ...ids.slice(15, 24)];
        expect(deliveries.map(({ token }) => token)).toEqual(
          own.map((id) => ({ id, consumer: 'a', count: 1 })),
        );
        expect(await pendingCount(source)).toBe(23);
      });
    });

    describe('a dead letter', () => {
      test('is copied with its fields and the story of its end, and leaves the pending list', async () => {
        const source = await newSource();
        const fields = [
          'data',
          '{"a":1}',
          'h:x',
          '',
          'traceparent',
          '00-1',
          'foreign',
          'ü',
          'foreign',
          '2',
        ];
        await backend.append(source.key, [{ fields, bytes: 60 }]);
        const [delivery] = await readAll(source, 'a');
        const token = delivery?.token ?? fail();
        const verdict = letter(source, token);
        expect(await backend.settle(source, [{ token, verdict }])).toEqual(['done']);
        expect(await pendingCount(source)).toBe(0);
        const [dead] = await under.entries(dlqOf(source));
        expect(dead?.fields.slice(0, fields.length)).toEqual(fields);
        expect(record(dead?.fields.slice(fields.length) ?? [])).toEqual({
          'dlq:stream': 'orders',
          'dlq:id': '5-5',
          'dlq:group': source.group,
          'dlq:consumer': 'a',
          'dlq:attempts': '4',
          'dlq:reason': 'failed',
          'dlq:error': 'Error: "no" \n stock',
          'dlq:at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        });
        expect(await backend.settle(source, [{ token, verdict }])).toEqual(['gone']);
        expect(await under.entries(dlqOf(source))).toHaveLength(1);
      });

      test('says only what happened where a foreign producer used our names', async () => {
        const source = await newSource();
        const fields = ['dlq:reason', 'mine', 'data', '1', 'dlq:other', 'kept'];
        await backend.append(source.key, [{ fields, bytes: 40 }]);
        const [delivery] = await readAll(source, 'a');
        const token = delivery?.token ?? fail();
        await backend.settle(source, [{ token, verdict: letter(source, token) }]);
        const [dead] = await under.entries(dlqOf(source));
        expect(dead?.fields.slice(0, 4)).toEqual(['data', '1', 'dlq:other', 'kept']);
        expect(dead?.fields.filter((text) => text === 'dlq:reason')).toHaveLength(1);
      });

      test('of 5,000 fields is copied as well', async () => {
        const source = await newSource();
        const fields = Array.from({ length: 10_000 }, (_, index) => `f${index}`);
        await backend.append(source.key, [{ fields, bytes: 60_000 }]);
        const [delivery] = await readAll(source, 'a');
        const token = delivery?.token ?? fail();
        const result = await backend.settle(source, [{ token, verdict: letter(source, token) }]);
        expect(result).toEqual(['done']);
        const [dead] = await under.entries(dlqOf(source));
        expect(dead?.fields.slice(0, 10_000)).toEqual(fields);
      });

      test('of a deleted entry still tells the story', async () => {
        const { source, ids, tokens } = await delivered(1);
        await under.deleteEntries(source.key, ids);
        const [token] = six(tokens);
        const verdict = letter(source, token);
        expect(await backend.settle(source, [{ token, verdict }])).toEqual(['done']);
        const [dead] = await under.entries(dlqOf(source));
        expect(record(dead?.fields ?? [])).toMatchObject({ 'dlq:id': '5-5' });
        expect(await pendingCount(source)).toBe(0);
      });

      test('goes to a stream of any name, and appears there once', async () => {
        const { source, tokens } = await delivered(3);
        const dlq = `graveyard-${randomUUID()}`;
        const verdict = { ...letter(source, six(tokens)[0]), dlq };
        const settlements = tokens.map((token) => ({ token, verdict }));
        expect(await backend.settle(source, settlements)).toEqual(['done', 'done', 'done']);
        expect(await backend.settle(source, settlements)).toEqual(['gone', 'gone', 'gone']);
        const dead = await under.entries(dlq);
        expect(dead.map(({ fields }) => fields[1])).toEqual(texts(3));
        expect(await pendingCount(source)).toBe(0);
      });

      test('pushes out the oldest dead letters beyond their limit', async () => {
        const { source, tokens } = await delivered(1_000);
        const verdict = { ...letter(source, six(tokens)[0]), maxLength: 100 };
        await backend.settle(
          source,
          tokens.map((token) => ({ token, verdict })),
        );
        const dead = await under.entries(dlqOf(source));
        expect(dead.length).toBeGreaterThanOrEqual(100);
        expect(dead.length).toBeLessThan(400);
        expect(dead.at(-1)?.fields[1]).toBe(texts(1_000).at(-1));
      });
    });

    describe('a replay', () => {
      /** Dead letters of a group with `count` entries, by their ids. */
      const buried = async (count: number) => {
        const { source, ids, deliveries } = await delivered(count);
        const settlements = deliveries.map(({ token }) => ({
          token,
          verdict: { ...letter(source, token), originStream: source.key, originId: token.id },
        }));
        await backend.settle(source, settlements);
        const letters = await lettersOf(source);
        return { source, ids, letters };
      };

      const lettersOf = async (source: Source) =>
        (await under.entries(dlqOf(source))).map(({ id }) => id);

      const replay = (source: Source, ids: readonly string[]) =>
        backend.replay(source, { dlq: dlqOf(source), ids });

      test('moves dead letters, in the order given, to where their group alone finds them', async () => {
        const { source, ids, letters } = await buried(4);
        const other = { ...source, group: 'billing' };
        await backend.ensureGroup(other, { from: 'end', dlq: dlqOf(source) });
        const [first = '', second = '', third = '', fourth = ''] = letters;
        const outcomes = await replay(source, [third, first, second]);
        expect(outcomes.map(({ status }) => status)).toEqual(['replayed', 'replayed', 'replayed']);
        expect(await lettersOf(source)).toEqual([fourth]);
        expect(await readAll(source, 'a')).toEqual([]);
        expect(await readAll(other, 'a')).toEqual([]);
        expect(await backend.inlet(other, 'a', 10)).toEqual([]);
        const two = await backend.inlet(source, 'a', 2);
        const rest = await backend.inlet(source, 'b', 10);
        expect([...two, ...rest].map(({ source: from }) => from)).toEqual(
          outcomes.map(() => replaySource(source)),
        );
        expect([...two, ...rest].map(({ token }) => token)).toEqual(
          outcomes.map((outcome, index) => ({
            id: outcome.status === 'replayed' ? outcome.id : '',
            consumer: index < 2 ? 'a' : 'b',
            count: 0,
          })),
        );
        expect(two.map(({ fields }) => fields)).toEqual([
          ['data', '"order 2"', 'replay:of', `${source.key}/${ids[2]}`],
          ['data', '"order 0"', 'replay:of', `${source.key}/${ids[0]}`],
        ]);
      });

      test('gives an entry all its fields back, and its first origin, however often it dies', async () => {
        const source = await newSource();
        const fields = ['data', '1', 'x', '', 'x', 'again', 'dlq:other', 'kept', 'h:ü', '\u0000'];
        await backend.append(source.key, [{ fields, bytes: 60 }]);
        let [delivery = fail()] = await readAll(source, 'a');
        const originId = delivery.token.id;
        for (let death = 1; death <= 3; death += 1) {
          const { token } = delivery;
          const verdict = { ...letter(source, token), originStream: source.key, originId };
          expect(await backend.settle(delivery.source, [{ token, verdict }])).toEqual(['done']);
          const [dead] = await under.entries(dlqOf(source));
          expect(record(dead?.fields ?? [])).toMatchObject({
            'dlq:group': source.group,
            'dlq:stream': source.key,
            'dlq:id': originId,
          });
          await replay(source, [dead?.id ?? '']);
          expect(await lettersOf(source)).toEqual([]);
          [delivery = fail()] = await backend.inlet(source, 'a', 10);
          expect(delivery.fields).toEqual([...fields, 'replay:of', `${source.key}/${originId}`]);
        }
      });

      test('of 5,000 fields works as well', async () => {
        const source = await newSource();
        const fields = Array.from({ length: 10_000 }, (_, index) => `f${index}`);
        await backend.append(source.key, [{ fields, bytes: 60_000 }]);
        const [{ token } = fail()] = await readAll(source, 'a');
        const verdict = { ...letter(source, token), originStream: source.key };
        await backend.settle(source, [{ token, verdict }]);
        const outcomes = await replay(source, await lettersOf(source));
        expect(outcomes).toMatchObject([{ status: 'replayed' }]);
        const [delivery] = await backend.inlet(source, 'a', 1);
        expect(delivery?.fields).toEqual([...fields, 'replay:of', `${source.key}/5-5`]);
        expect(await lettersOf(source)).toEqual([]);
      });

      test('happens once: the second time the letter is missing', async () => {
        const { source, letters } = await buried(2);
        const [first = '', second = ''] = letters;
        await replay(source, [first]);
        const [again, fresh, twice, never] = await replay(source, [first, second, second, '1-1']);
        expect([again, fresh?.status, twice, never]).toEqual([
          { status: 'missing' },
          'replayed',
          { status: 'missing' },
          { status: 'missing' },
        ]);
        expect(await backend.inlet(source, 'a', 10)).toHaveLength(2);
      });

      test('by many at once moves each letter once', async () => {
        const { source, letters } = await buried(300);
        const others = [under.connect(), under.connect()];
        const outcomes = await Promise.all(
          [backend, ...others].map((each) =>
            each.replay(source, { dlq: dlqOf(source), ids: letters }),
          ),
        );
        for (const other of others) await other.close();
        const moved = outcomes.flat().filter(({ status }) => status === 'replayed');
        expect(moved).toHaveLength(300);
        expect(await lettersOf(source)).toEqual([]);
        expect(await under.entries(replaySource(source).key)).toHaveLength(300);
      });

      test('leaves letters of other groups, and of other streams with the same dead-letter stream', async () => {
        const { source, letters } = await buried(1);
        const billing = { ...source, group: 'billing' };
        const returns = { ...source, key: `returns-${randomUUID()}` };
        for (const each of [billing, returns]) {
          await backend.ensureGroup(each, { from: 'start', dlq: dlqOf(source) });
          const outcomes = await backend.replay(each, { dlq: dlqOf(source), ids: letters });
          expect(outcomes).toEqual([{ status: 'other-group' }]);
        }
        await backend.append(dlqOf(source), [entry('no dead letter at all')]);
        const [, foreign = ''] = await lettersOf(source);
        expect(await replay(source, [foreign])).toEqual([{ status: 'other-group' }]);
        expect(await lettersOf(source)).toEqual([...letters, foreign]);
      });

      test('works from a dead-letter stream of any name', async () => {
        const { source, tokens } = await delivered(3);
        const dlq = `graveyard-${randomUUID()}`;
        await backend.settle(
          source,
          tokens.map((token) => ({
            token,
            verdict: { ...letter(source, token), dlq, originStream: source.key },
          })),
        );
        const ids = (await under.entries(dlq)).map(({ id }) => id);
        const outcomes = await backend.replay(source, { dlq, ids: [...ids, '1-1'] });
        expect(outcomes.map(({ status }) => status)).toEqual([
          ...ids.map(() => 'replayed'),
          'missing',
        ]);
        const other = { ...source, group: 'billing' };
        await backend.ensureGroup(other, { from: 'start', dlq });
        expect(data(await backend.inlet(source, 'a', 10))).toEqual(texts(3));
        expect(await under.entries(dlq)).toEqual([]);
      });

      test('to a group that is gone moves nothing', async () => {
        const { source, letters } = await buried(1);
        await under.destroyGroup(source);
        await expect(replay(source, letters)).rejects.toMatchObject({ code: 'GROUP_MISSING' });
        expect(await lettersOf(source)).toEqual(letters);
        expect(await under.entries(replaySource(source).key)).toEqual([]);
      });

      test('is settled, refreshed, restarted, handed back and recovered as any entry is, and then deleted', async () => {
        const { source, letters } = await buried(5);
        const replays = replaySource(source);
        await replay(source, letters);
        const taken = await backend.inlet(source, 'a', 10);
        const started = await backend.restart(
          replays,
          taken.map(({ token }) => token),
        );
        const [t0, t1, t2, t3, t4] = six(started.flatMap((token) => token ?? []));
        expect(t0.count).toBe(1);
        expect(await backend.settle(replays, [done({ ...t0, count: 0 }), done(t0)])).toEqual([
          'not-yours',
          'done',
        ]);
        await under.age(replays, 60_000);
        expect(await backend.extend(replays, [t1])).toEqual([]);
        const claimed = await claimIdle(replays, 'b', 30_000, 10);
        expect(claimed.deliveries.map(({ token }) => token)).toEqual(
          [t2, t3, t4].map((token) => ({ ...token, consumer: 'b' })),
        );
        expect(claimed.deliveries[0]?.source).toEqual(replays);
        const b2 = { ...t2, consumer: 'b' };
        const b3 = { ...t3, consumer: 'b' };
        await backend.settle(replays, [
          { token: b2, verdict: { kind: 'release', count: 0 } },
          { token: b3, verdict: letter(source, b3) },
          done(t1),
        ]);
        expect((await under.entries(replays.key)).map(({ id }) => id)).toEqual([t2.id, t4.id]);
        expect(await lettersOf(source)).toHaveLength(1);
        const back = await backend.inlet(source, 'c', 10);
        expect(back.map(({ token }) => token)).toEqual([{ id: t2.id, consumer: 'c', count: 0 }]);
        const c2 = { ...t2, consumer: 'c', count: 0 };
        expect(await backend.settle(replays, [done(c2), done({ ...t4, consumer: 'b' })])).toEqual([
          'done',
          'done',
        ]);
        expect(await under.entries(replays.key)).toEqual([]);
        expect(await pendingCount(replays)).toBe(0);
        expect(await backend.leave(replays, 'a')).toBe(true);
        expect((await backend.reap(replays, 0)).sort()).toEqual(['b', 'c']);
      });

      test('comes after what was handed back, and both within the count', async () => {
        const { source, letters } = await buried(2);
        await appendTexts(source.key, ['"back"']);
        const tokens = (await readAll(source, 'a')).map(({ token }) => token);
        await replay(source, letters);
        await backend.settle(source, tokens.map(release));
        expect(await backend.inlet(source, 'b', 0)).toEqual([]);
        expect(data(await backend.inlet(source, 'b', 2))).toEqual(['"back"', '"order 0"']);
        expect(data(await backend.inlet(source, 'b', 2))).toEqual(['"order 1"']);
      });

      test('whose stream somebody deletes ends what was on its way, and the next one works', async () => {
        const { source, letters } = await buried(3);
        const replays = replaySource(source);
        const [first = '', second = '', third = ''] = letters;
        await replay(source, [first]);
        const [{ token } = fail()] = await backend.inlet(source, 'a', 1);
        await under.deleteStream(replays.key);
        expect(await backend.inlet(source, 'a', 1)).toEqual([]);
        expect(await backend.settle(replays, [done(token)])).toEqual(['gone']);
        expect(await backend.restart(replays, [token])).toEqual([undefined]);
        expect(await backend.extend(replays, [token])).toEqual([{ token, why: 'trimmed' }]);
        expect((await claimIdle(replays, 'a', 0, 10)).deliveries).toEqual([]);
        await replay(source, [second]);
        await under.destroyGroup(replays);
        expect(data(await backend.inlet(source, 'a', 1))).toEqual(['"order 1"']);
        await under.deleteStream(replays.key);
        expect(await replay(source, [third])).toMatchObject([{ status: 'replayed' }]);
        expect(data(await backend.inlet(source, 'a', 1))).toEqual(['"order 2"']);
      });
    });

    describe('the list of dead letters', () => {
      const list = async (source: Source, dlq: string, count: number, between = async () => {}) => {
        const letters: StoredDeadLetter[] = [];
        let cursor = '';
        do {
          const page = await backend.deadLetters(source, { dlq, cursor, count });
          expect(page.letters.length).toBeLessThanOrEqual(count);
          letters.push(...page.letters);
          cursor = page.cursor;
          await between();
        } while (cursor !== '');
        return letters;
      };

      test('tells how each of this group ended, page by page, up to what was there at first', async () => {
        const { source, tokens } = await delivered(25);
        const other = { ...source, group: 'billing' };
        const dlq = dlqOf(source);
        await backend.ensureGroup(other, { from: 'start', dlq });
        const theirs = (await readAll(other, 'a')).map(({ token }) => token);
        const bury = (from: Source, token: Token) =>
          backend.settle(from, [
            {
              token,
              verdict: { ...letter(source, token), originStream: source.key, originId: token.id },
            },
          ]);
        for (const [index, token] of tokens.slice(0, 22).entries()) {
          await bury(source, token);
          await bury(other, theirs[index] ?? fail());
        }
        const last = tokens.slice(22);
        const letters = await list(source, dlq, 10, async () => {
          const token = last.pop();
          if (token !== undefined) await bury(source, token);
        });
        const stored = await under.entries(dlq);
        const ours = stored.filter(({ fields }) => record(fields)['dlq:group'] === source.group);
        expect(letters.map(({ id }) => id)).toEqual(ours.slice(0, 22).map(({ id }) => id));
        expect(letters[7]).toEqual({
          id: ours[7]?.id,
          origin: `${source.key}/${tokens[7]?.id}`,
          reason: 'failed',
          error: 'Error: "no" \n stock',
          attempts: 4,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        });
      });

      test('is complete where payloads are large, and empty where there is no such stream', async () => {
        const source = await newSource();
        const large = JSON.stringify('x'.repeat(100_000));
        await appendTexts(source.key, Array<string>(30).fill(large));
        const tokens = (await readAll(source, 'a')).map(({ token }) => token);
        await backend.settle(
          source,
          tokens.map((token) => ({
            token,
            verdict: { ...letter(source, token), originStream: source.key },
          })),
        );
        expect(await list(source, dlqOf(source), 100)).toHaveLength(30);
        expect(await list(source, `none-${randomUUID()}`, 100)).toEqual([]);
      });
    });

    describe('leaving and reaping', () => {
      test('never lose an entry that is pending', async () => {
        const { source, tokens } = await delivered(1);
        expect(await backend.leave(source, 'a')).toBe(false);
        expect(await backend.reap(source, 0)).not.toContain('a');
        expect(await pendingCount(source)).toBe(1);
        await backend.settle(source, tokens.map(done));
        expect(await backend.leave(source, 'a')).toBe(true);
        expect(await backend.leave(source, 'a')).toBe(true);
        expect((await backend.inspect(source)).consumers.map(({ name }) => name)).not.toContain(
          'a',
        );
      });

      test('remove dead names only, and never the one for handed-back entries', async () => {
        const { source, tokens } = await delivered(3);
        const [first, second] = six(tokens);
        await backend.settle(source, [release(first), done(second)]);
        await backend.inlet(source, 'b', 1);
        await backend.settle(source, [done({ ...first, consumer: 'b', count: 0 })]);
        expect(await backend.reap(source, 60_000)).toEqual([]);
        expect(await backend.reap(source, 0)).toEqual(['b']);
        const { consumers } = await backend.inspect(source);
        expect(consumers.map(({ name, pending }) => [name, pending]).sort()).toEqual([
          ['a', 1],
          [HANDBACK, 0],
        ]);
      });
    });

    describe('trim', () => {
      test('removes what every group has acknowledged, down to the limit', async () => {
        const { source, ids, tokens } = await delivered(500);
        expect(await backend.trim(source.key, 1_000)).toEqual({
          length: 500,
          trimmed: 0,
          pinnedBy: undefined,
        });
        await backend.settle(source, tokens.map(done));
        expect(await backend.trim(source.key, 30)).toEqual({
          length: 30,
          trimmed: 470,
          pinnedBy: undefined,
        });
        expect((await under.entries(source.key)).map(({ id }) => id)).toEqual(ids.slice(470));
      });

      test('never passes an entry that is pending, and names the group', async () => {
        const { source, ids, tokens } = await delivered(500);
        const fast = { ...source, group: 'fast' };
        await backend.ensureGroup(fast, { from: 'end', dlq: dlqOf(source) });
        const settled = tokens.filter((_, index) => index !== 333);
        await backend.settle(source, settled.map(done));
        expect(await backend.trim(source.key, 10)).toEqual({
          length: 167,
          trimmed: 333,
          pinnedBy: source.group,
        });
        expect((await under.entries(source.key))[0]?.id).toBe(ids[333]);
      });

      test('never passes a group that never read', async () => {
        const { source, tokens } = await delivered(200);
        const idle = { ...source, group: 'idle' };
        await backend.ensureGroup(idle, { from: 'start', dlq: dlqOf(source) });
        await backend.settle(source, tokens.map(done));
        expect(await backend.trim(source.key, 0)).toEqual({
          length: 200,
          trimmed: 0,
          pinnedBy: 'idle',
        });
      });

      test('never passes what is not read yet', async () => {
        const source = await newSource();
        await appendTexts(source.key, texts(200));
        const read = await readAll(source, 'a', 150);
        await backend.settle(
          source,
          read.map(({ token }) => done(token)),
        );
        expect(await backend.trim(source.key, 0)).toEqual({
          length: 50,
          trimmed: 150,
          pinnedBy: source.group,
        });
        expect(data(await readAll(source, 'a'))).toEqual(texts(200).slice(150));
      });

      test('cuts a stream that nobody reads, and leaves an absent one absent', async () => {
        const key = `orders-${randomUUID()}`;
        const absent = { length: 0, trimmed: 0, pinnedBy: undefined };
        expect(await backend.trim(key, 10)).toEqual(absent);
        await appendTexts(key, texts(150));
        expect(await backend.trim(key, 10)).toMatchObject({ length: 10, trimmed: 140 });
      });
    });

    test('inspect tells length, pending, lag, age and consumers', async () => {
      const source = await newSource();
      await appendTexts(source.key, texts(10));
      const [first] = await readAll(source, 'a', 1);
      await readAll(source, 'b', 3);
      const state = await backend.inspect(source);
      expect(state).toMatchObject({ length: 10, pending: 4, lag: 6 });
      expect(state.lastDelivered).toBe((await under.entries(source.key))[3]?.id);
      expect(state.oldestPendingMs).toBeGreaterThanOrEqual(0);
      expect(state.oldestPendingMs).toBeLessThan(60_000);
      const consumers = state.consumers.map(({ name, pending }) => [name, pending]);
      expect(consumers.sort()).toEqual([
        ['a', 1],
        ['b', 3],
      ]);
      await backend.settle(source, [done(first?.token ?? fail())]);
      expect(await pendingCount(source)).toBe(3);
    });

    test('backends of two processes see one another and fence one another', async () => {
      const { source, tokens } = await delivered(2);
      const other = under.connect();
      try {
        const taken = await other.claim(source, 'b', {
          from: 'idle',
          minIdle: 0,
          count: 1,
          cursor: '',
        });
        expect(taken.deliveries).toHaveLength(1);
        expect(await backend.settle(source, tokens.map(done))).toEqual(['not-yours', 'done']);
        const theirs = taken.deliveries.map(({ token }) => done(token));
        expect(await other.settle(source, theirs)).toEqual(['done']);
      } finally {
        await other.close();
      }
      expect(await pendingCount(source)).toBe(0);
    });
  });
}

function entry(text: string): AppendEntry {
  return { fields: ['data', text], bytes: Buffer.byteLength(text) + 4 };
}

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify(`order ${index}`));
}

function data(deliveries: readonly Delivery[]): (string | undefined)[] {
  return deliveries.map(({ fields }) => fields[1]);
}

function dlqOf(source: Source): string {
  return `{${source.key}}:dlq`;
}

function done(token: Token): Settlement {
  return { token, verdict: { kind: 'done' } };
}

function release(token: Token): Settlement {
  return { token, verdict: { kind: 'release', count: token.count - 1 } };
}

function letter(source: Source, token: Token): { readonly kind: 'dead' } & DeadLetter {
  return {
    kind: 'dead',
    dlq: dlqOf(source),
    maxLength: 100_000,
    originStream: 'orders',
    originId: '5-5',
    attempts: token.count + 3,
    reason: 'failed',
    error: 'Error: "no" \n stock',
  };
}

function record(fields: Fields): Record<string, string> {
  const pairs = fields.flatMap((name, index) =>
    index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [],
  );
  return Object.fromEntries(pairs);
}

type Six = readonly [Token, Token, Token, Token, Token, Token];

/** The first six tokens; where there are fewer, the missing ones are not to be used. */
function six(tokens: readonly Token[]): Six {
  const at = (index: number): Token => tokens[index] ?? { id: '0-0', consumer: 'none', count: 0 };
  return [at(0), at(1), at(2), at(3), at(4), at(5)];
}

function fail(): never {
  throw new Error('nothing was delivered');
}
