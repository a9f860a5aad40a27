import process from 'node:process';
import type { Clock } from './clock.js';
import type { Logger } from './options.js';

/** The same line is written at most once in this many milliseconds. */
const QUIET = 10_000;
/** Lines remembered for that; beyond it the oldest are forgotten. */
const REMEMBERED = 200;

/** Says nothing; `logger: false`. */
export const silentLogger: Logger = {
  warn() {},
  error() {},
};

/** One line each to stderr, repetitions held back and counted. */
export function stderrLogger(
  clock: Clock,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Logger {
  const seen = new Map<string, { at: number; held: number }>();
  const log = (level: string, message: string) => {
    const line = `pspf ${level}: ${message.replaceAll(/\s*[\r\n]+\s*/g, ' ')}`;
    const now = clock.now();
    const last = seen.get(line);
    if (last !== undefined && now - last.at < QUIET) {
      last.held += 1;
      return;
    }
    const held = last?.held ?? 0;
    seen.delete(line);
    seen.set(line, { at: now, held: 0 });
    for (const oldest of seen.keys()) {
      if (seen.size <= REMEMBERED) break;
      seen.delete(oldest);
    }
    write(held === 0 ? `${line}\n` : `${line} (and ${held} times before)\n`);
  };
  return {
    warn: (message) => log('warning', message),
    error: (message) => log('error', message),
  };
}
