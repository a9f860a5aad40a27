import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bounded, thrownText } from '../../../runtime/dist/consume/thrown-text.js';

test('an error tells its name, message, frames and causes', () => {
  const text = thrownText(new TypeError('outer', { cause: new Error('inner', { cause: 'root' }) }));
  expect(text).toMatch(
    /^TypeError: outer\n {4}at .*\ncaused by Error: inner\n {4}at .*\ncaused by root$/s,
  );
});

test('an error with a message of 5 MB keeps its beginning and its frames', () => {
  const text = thrownText(new Error(`begin ${'x'.repeat(5_000_000)} end`));
  expect(text).toMatch(/^Error: begin x/);
  expect(text).toMatch(/\n {4}at /);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_384);
});

test('an error that gathers others tells of them', () => {
  const errors = Array.from({ length: 9 }, (_, n) => new Error(`no ${n}`));
  const text = thrownText(new AggregateError(errors, 'all failed'));
  expect(text).toMatch(/^AggregateError: all failed\n/);
  expect(text).toMatch(/\none of them: Error: no 0\n.*\none of them: Error: no 4\nand more$/s);
});

test('of a thrown object with very many members some are told', () => {
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n]));
  expect(thrownText(wide)).toMatch(/^\{ k0: 0, k1: 1,.*'…': '9950 more' \}$/);
});

test('causes that go round in a circle end', () => {
  const error = new Error('again');
  error.cause = error;
  expect(thrownText(error).split('Error: again').length).toBeLessThan(8);
});

test('any value at all becomes text of at most 16 KB', () => {
  fc.assert(
    fc.property(fc.anything({ withProxy: true, withNullPrototype: true } as object), (value) => {
      const text = thrownText(value);
      expect(typeof text).toBe('string');
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_384);
    }),
  );
  const hostile = new Error('x');
  Object.defineProperty(hostile, 'stack', {
    get: () => {
      throw new Error('no');
    },
  });
  Object.defineProperty(hostile, 'message', { value: Symbol('no text') });
  Object.defineProperty(hostile, 'name', { value: 7 });
  expect(thrownText(hostile)).toBe('Error: Symbol(no text)');
});

test('a text is cut between characters, never inside of one', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 8, max: 300 }),
      (text, bytes) => {
        const cut = bounded(text, bytes);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(bytes, 0));
        expect(cut).not.toContain('\ufffd');
        expect(cut === text || (cut.endsWith('…') && text.startsWith(cut.slice(0, -1)))).toBe(true);
      },
    ),
  );
});
