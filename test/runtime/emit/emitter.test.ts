import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Emitter } from '../../../runtime/dist/emit/emitter.js';
import { PspfError } from '../../../runtime/dist/errors.js';
import { completeEmitLimits, type EmitLimits } from '../../../runtime/dist/options.js';
import { FakeClock } from '../../../runtime/dist/testing/fake-clock.js';
import { GatedBackend } from './gated-backend.js';

function setup(limits: Partial<EmitLimits> = {}) {
  const clock = new FakeClock();
  const backend = new GatedBackend();
  const emitter = new Emitter({
    backend,
    clock,
    limits: completeEmitLimits(limits),
    random: () => 1,
  });
  const emit = (
    data: string,
    options: { key?: string; bytes?: number; signal?: AbortSignal } = {},
  ) =>
    emitter.append({
      key: options.key ?? 'orders',
      entry: { fields: ['data', data], bytes: options.bytes ?? 100 },
      signal: options.signal,
    });
  const written = (key = 'orders') => backend.store.entries(key).map(({ fields }) => fields[1]);
  return { clock, backend, emitter, emit, written };
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The error's code, and whether it may have been written; `'ok'` where there is none. */
const fate = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error) => (PspfError.is(error) ? `${error.code}${error.maybeWritten ? '?' : ''}` : error),
  );

const unreachable = () => new PspfError('CONNECTION', 'no server there', { retryable: true });

describe('coalescing', () => {
  test('emits of one tick, and those of its promise callbacks, travel in one call', async () => {
    const { backend, emit } = setup();
    void emit('1');
    void Promise.resolve()
      .then(() => emit('2'))
      .then(() => undefined);
    void Promise.resolve()
      .then(() => undefined)
      .then(() => void emit('3'));
    await tick();
    expect(backend.calls.map(({ entries }) => entries.length)).toEqual([3]);
  });

  test('keeps the order, the size of a batch and the number in flight within bounds, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            count: fc.integer({ min: 1, max: 300 }),
            bytes: fc.constantFrom(100, 5_000, 100_000, 300_000),
            wait: fc.boolean(),
          }),
          { maxLength: 6 },
        ),
        async (bursts) => {
          const { backend, emit, written } = setup({
            emitBytesWaiting: 1e9,
            emitBytesInFlight: 1e9,
          });
          const results: Promise<unknown>[] = [];
          for (const { count, bytes, wait } of bursts) {
            for (let i = 0; i < count; i++) results.push(emit(`${results.length}`, { bytes }));
            if (wait) await tick();
            expect(backend.calls.length).toBeLessThanOrEqual(8);
          }
          let ended = false;
          const all = Promise.all(results).then(() => {
            ended = true;
          });
          while (!ended) {
            await tick();
            expect(backend.calls.length).toBeLessThanOrEqual(8);
            for (const { entries } of backend.calls) {
              expect(entries.length).toBeLessThanOrEqual(128);
              const size = entries.reduce((sum, { bytes }) => sum + bytes, 0);
              expect(size <= 262_144 || entries.length === 1).toBe(true);
            }
            backend.passAll();
          }
          await all;
          expect(written()).toEqual(results.map((_, index) => `${index}`));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('bounds', () => {
  test('at most emitsInFlight are sent, over all streams; the rest wait and follow', async () => {
    const { backend, emit, written } = setup({ emitsInFlight: 100 });
    const all = Array.from({ length: 300 }, (_, i) => emit(`${i}`, { key: `s${i % 5}` }));
    await tick();
    const inFlight = () => backend.calls.reduce((sum, { entries }) => sum + entries.length, 0);
    expect(inFlight()).toBeLessThanOrEqual(100);
    expect(inFlight()).toBeGreaterThan(0);
    while (backend.calls.length > 0) {
      backend.passAll();
      await tick();
      expect(inFlight()).toBeLessThanOrEqual(100);
    }
    await Promise.all(all);
    expect(written('s3')).toHaveLength(60);
  });

  test('at most emitBytesInFlight are sent, but one emit always may', async () => {
    const { backend, emit } = setup({ emitBytesInFlight: 1_000 });
    const first = emit('large', { bytes: 5_000 });
    const second = emit('small', { bytes: 100, key: 'other' });
    await tick();
    expect(backend.calls.map(({ key }) => key)).toEqual(['orders']);
    backend.passAll();
    await tick();
    expect(backend.calls.map(({ key }) => key)).toEqual(['other']);
    backend.passAll();
    await Promise.all([first, second]);
  });

  test.each([
    ['emitsWaiting', { emitsWaiting: 10 }],
    ['emitBytesWaiting', { emitBytesWaiting: 1_000 }],
  ])('beyond %s emits reject with BACKPRESSURE, also where nobody awaits', async (_, limits) => {
    const { backend, emit } = setup({ ...limits, emitsInFlight: 1 });
    const fates = Array.from({ length: 500 }, (_, i) => fate(emit(`${i}`)));
    await tick();
    backend.calls[0]?.pass();
    const refused = (await Promise.race([Promise.all(fates.slice(20)), tick()])) ?? [];
    expect(new Set(refused)).toEqual(new Set(['BACKPRESSURE']));
    expect(refused).toHaveLength(480);
  });
});

describe('the deadline', () => {
  test('ends an emit that found no room: nothing was written', async () => {
    const { clock, emit } = setup({ emitsInFlight: 1, emitDeadline: 5_000 });
    const sent = fate(emit('0'));
    await tick();
    const waiting = fate(emit('1'));
    await clock.advance(5_100);
    expect(await waiting).toBe('DEADLINE');
    await clock.advance(1_000);
    expect(await sent).toBe('DEADLINE?');
  });

  test('is what the backend is told, and each emit has its own', async () => {
    const { clock, backend, emit } = setup({ emitDeadline: 5_000 });
    const first = fate(emit('0'));
    await clock.advance(3_000);
    const second = fate(emit('1'));
    await tick();
    expect(backend.calls.map(({ options }) => options.deadlineMs)).toEqual([5_000, 5_000]);
    await clock.advance(2_600);
    expect(await first).toBe('DEADLINE?');
    backend.calls[1]?.pass();
    expect(await second).toBe('ok');
  });

  test('of an unreachable server ends with what is wrong with it', async () => {
    const { clock, backend, emit } = setup({ emitDeadline: 5_000 });
    const lost = fate(emit('0'));
    for (let ms = 0; ms < 5_200; ms += 50) {
      for (const call of backend.calls.splice(0)) call.end(unreachable());
      await clock.advance(50);
    }
    expect(await lost).toBe('CONNECTION');
  });
});

describe('failures', () => {
  test('what certainly was not sent is sent again, in order, once', async () => {
    const { clock, backend, emit, written } = setup();
    const all = Array.from({ length: 200 }, (_, i) => emit(`${i}`));
    await tick();
    // The second batch fails before the first does.
    for (const call of backend.calls.splice(0).reverse()) call.end(unreachable());
    await tick();
    expect(backend.calls).toEqual([]);
    const later = emit('200');
    await clock.advance(60);
    for (const call of backend.calls.splice(0)) call.end(unreachable());
    await clock.advance(110);
    backend.passAll();
    await Promise.all([...all, later]);
    expect(written()).toEqual(Array.from({ length: 201 }, (_, i) => `${i}`));
  });

  test('what may have been written is not sent again', async () => {
    const { clock, backend, emit } = setup();
    const emitted = fate(emit('0'));
    await tick();
    const error = new PspfError('CONNECTION', 'cut', { retryable: true, maybeWritten: true });
    backend.calls.splice(0)[0]?.end(() => ({ status: 'failed', error }));
    expect(await emitted).toBe('CONNECTION?');
    await clock.advance(2_000);
    expect(backend.calls).toEqual([]);
  });

  test('what can never succeed rejects at once', async () => {
    const { backend, emit } = setup();
    const emitted = fate(emit('0'));
    await tick();
    backend.calls[0]?.end(new PspfError('AUTH', 'wrong password'));
    expect(await emitted).toBe('AUTH');
  });

  test('each emit of a batch has its own result', async () => {
    const { backend, emit } = setup();
    const fates = [fate(emit('0')), fate(emit('1')), fate(emit('2'))];
    await tick();
    const error = new PspfError('SERVER', 'no');
    backend.calls[0]?.end((index) =>
      index === 1 ? { status: 'failed', error } : { status: 'appended', id: `${index}-1` },
    );
    expect(await Promise.all(fates)).toEqual(['ok', 'SERVER', 'ok']);
  });

  test('a backend that throws something else, or forgets an entry, leaves no promise open', async () => {
    const { backend, emit } = setup();
    const thrown = fate(emit('0'));
    await tick();
    backend.calls.splice(0)[0]?.end(new TypeError('bug'));
    expect(await thrown).toBe('SERVER?');
    const forgotten = fate(emit('1'));
    await tick();
    backend.calls.splice(0)[0]?.end(() => ({ status: 'appended', id: '1-1' }));
    expect(await forgotten).toBe('ok');
  });

  test('a full stream refuses emits and takes them again when there is room', async () => {
    const { backend, emitter } = setup();
    const entry = { fields: ['data', '1'], bytes: 5 };
    const emit = () => fate(emitter.append({ key: 'orders', entry, rejectAtLength: 2 }));
    const fates = [emit(), emit(), emit()];
    await tick();
    backend.passAll();
    expect(await Promise.all(fates)).toEqual(['ok', 'ok', 'STREAM_FULL']);
    await backend.trim('orders', 1);
    const again = emit();
    await tick();
    backend.passAll();
    expect(await again).toBe('ok');
  });
});

describe('a signal', () => {
  test('gives up an emit: surely unwritten before it was sent, perhaps written after', async () => {
    const { backend, emit, written } = setup({ emitsInFlight: 1 });
    const already = fate(emit('0', { signal: AbortSignal.abort() }));
    const sentAbort = new AbortController();
    const sent = fate(emit('1', { signal: sentAbort.signal }));
    await tick();
    const waitingAbort = new AbortController();
    const waiting = fate(emit('2', { signal: waitingAbort.signal }));
    await tick();
    sentAbort.abort();
    waitingAbort.abort();
    expect(await Promise.all([already, sent, waiting])).toEqual(['ABORTED', 'ABORTED?', 'ABORTED']);
    backend.passAll();
    await tick();
    expect(written()).toEqual(['1']);
    expect(backend.calls).toEqual([]);
  });
});

describe('closing', () => {
  test('waits for what is on its way and takes no more', async () => {
    const { backend, emitter, emit } = setup();
    const before = fate(emit('0'));
    let closed = false;
    const closing = emitter.close().then(() => {
      closed = true;
    });
    expect(await fate(emit('1'))).toBe('CLOSED');
    await tick();
    expect(closed).toBe(false);
    backend.passAll();
    await closing;
    expect(await before).toBe('ok');
  });
});
