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

/** Somebody else's logger, which may throw or reject: that must end neither a message's life nor the process. */
export function guarded(logger: Logger): Logger {
  return {
    warn: (message) => unheeded(() => logger.warn(message)),
    error: (message) => unheeded(() => logger.error(message)),
  };
}

/** Call a user's code that is told of something. What it throws, and a promise it returns that rejects, changes nothing. */
export function unheeded(tell: () => unknown, failed: () => void = () => {}): void {
  try {
    const told = tell();
    if (told instanceof Promise) told.catch(failed);
  } catch {
    failed();
  }
}

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
