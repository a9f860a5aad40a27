import type { StreamBackend, StreamReader } from '../../../runtime/dist/backend/backend.js';
import type { Clock } from '../../../runtime/dist/clock.js';
import { PspfError } from '../../../runtime/dist/errors.js';
import { withMethods } from './order-stream.js';

export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const METHODS = [
  'settle',
  'restart',
  'extend',
  'claim',
  'inlet',
  'replay',
  'deadLetters',
  'ensureGroup',
  'openReader',
] as const;

/** A connection that fails before, or after, the server has carried out a command, or answers late. */
export function faulty(
  backend: StreamBackend,
  clock: Clock,
  random: Random,
  odds: () => number,
  slowest: number,
): StreamBackend {
  const later = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const lost = () => new PspfError('CONNECTION', 'cut', { retryable: true });
  async function through<R>(call: () => Promise<R>): Promise<R> {
    const dice = random();
    if (dice < odds() / 3) throw lost();
    if (dice > 0.9) await later(random() * slowest);
    const result = await call();
    if (dice < (odds() * 2) / 3) throw lost();
    if (dice < odds()) await later(random() * 2 * slowest);
    return result;
  }
  const methods: Partial<StreamBackend> = {};
  for (const name of METHODS) {
    Reflect.set(methods, name, (...args: unknown[]) =>
      through(() => Reflect.apply(backend[name], backend, args)),
    );
  }
  return withMethods(backend, {
    ...methods,
    async openReader(source, consumer) {
      const reader = await through(() => backend.openReader(source, consumer));
      return {
        close: () => reader.close(),
        read: (count, blockMs) => through(() => reader.read(count, blockMs)),
      } satisfies StreamReader;
    },
  });
}
