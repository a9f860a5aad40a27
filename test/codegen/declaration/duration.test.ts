import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  durationHint,
  formatDuration,
  parseDuration,
} from '../../../codegen/dist/declaration/duration.js';

test('reads what it writes', () => {
  fc.assert(
    fc.property(fc.nat(), (milliseconds) => {
      expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
    }),
  );
});

test.each([
  ['200ms', 200],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['0s', 0],
  ['30', undefined],
  ['1.5s', undefined],
  ['05s', undefined],
  ['-1s', undefined],
  ['5 s', undefined],
  ['5S', undefined],
  ['1d', undefined],
])('reads %s as %s', (written, milliseconds) => {
  expect(parseDuration(written)).toBe(milliseconds);
});

test.each([
  [30, 'Give it a unit: 30s for seconds, 30ms for milliseconds.'],
  ['30 sec', "Did you mean '30s'?"],
  ['1.5s', "Did you mean '1500ms'?"],
  ['5 Minutes', "Did you mean '5m'?"],
  ['1d', "Did you mean '24h'?"],
  ['soon', 'A duration is a whole number and ms, s, m or h: 200ms, 30s, 5m, 2h.'],
])('guesses what %j was meant to be', (given, hint) => {
  expect(durationHint(given)).toBe(hint);
});
