import { expect, test } from 'vitest';
import { stderrLogger } from '../../runtime/dist/logger.js';
import { FakeClock } from '../../runtime/dist/testing/fake-clock.js';

test('writes one line a message, and the same line at most once in ten seconds', async () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const logger = stderrLogger(clock, (line) => lines.push(line));
  for (let i = 0; i < 1_000; i++) logger.warn('reconnecting\n  at once');
  logger.error('reconnecting');
  expect(lines).toEqual(['pspf warning: reconnecting at once\n', 'pspf error: reconnecting\n']);
  await clock.advance(10_000);
  logger.warn('reconnecting\n  at once');
  expect(lines[2]).toBe('pspf warning: reconnecting at once (and 999 times before)\n');
});

test('remembers a bounded number of lines', () => {
  const lines: string[] = [];
  const logger = stderrLogger(new FakeClock(), (line) => lines.push(line));
  for (let i = 0; i < 10_000; i++) logger.warn(`message ${i}`);
  logger.warn('message 9999');
  logger.warn('message 0');
  expect(lines).toHaveLength(10_001);
});
