import { Buffer } from 'node:buffer';
import { inspect, types } from 'node:util';

/** Longest text in bytes of UTF-8. */
const LONGEST = 16_384;
const LONGEST_LINE = 300;
const LONGEST_MESSAGE = 4_096;
const LONGEST_FRAMES = 2_048;
const DEEPEST_CAUSE = 3;
/** Members of a thrown object that are shown, and errors that another one gathers. */
const MOST_MEMBERS = 50;
const MOST_GATHERED = 5;

/**
 * Text for whatever was thrown, at most 16 KB: `undefined`, an object that refers to itself, getters that throw,
 * an error with a message of 5 MB. Never throws; causes are told too.
 */
export function thrownText(thrown: unknown): string {
  try {
    return bounded(describe(thrown, 0), LONGEST);
  } catch {
    return 'a thrown value that cannot be shown';
  }
}

/** The name and message of what was thrown, as one short line. Never throws. */
export function thrownLine(thrown: unknown): string {
  try {
    const text = types.isNativeError(thrown) ? headline(thrown) : show(thrown);
    return bounded(text.replaceAll(/\s*[\r\n]+\s*/g, ' '), LONGEST_LINE);
  } catch {
    return 'a thrown value that cannot be shown';
  }
}

function describe(thrown: unknown, depth: number): string {
  if (!types.isNativeError(thrown)) return show(thrown);
  const text = [headline(thrown), ...frames(thrown), ...gathered(thrown)].join('\n');
  const cause = read(thrown, 'cause');
  if (cause === undefined) return text;
  if (depth === DEEPEST_CAUSE) return `${text}\ncaused by more`;
  return `${text}\ncaused by ${describe(cause, depth + 1)}`;
}

function headline(error: Error): string {
  const name = read(error, 'name');
  const message = read(error, 'message');
  const shownName = typeof name === 'string' ? name : 'Error';
  const shownMessage = typeof message === 'string' ? message : show(message);
  return bounded(
    shownMessage === '' ? shownName : `${shownName}: ${shownMessage}`,
    LONGEST_MESSAGE,
  );
}

/** The frames stand at the end of the stack, behind a message of any length. */
function frames(error: Error): string[] {
  const stack = read(error, 'stack');
  if (typeof stack !== 'string') return [];
  return stack
    .slice(-LONGEST_FRAMES)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line));
}

/** What an AggregateError says of its parts, as that of Promise.any; a line each. */
function gathered(error: Error): string[] {
  const errors = read(error, 'errors');
  if (!Array.isArray(errors)) return [];
  const lines = errors.slice(0, MOST_GATHERED).map((each) => `one of them: ${thrownLine(each)}`);
  return errors.length > MOST_GATHERED ? [...lines, 'and more'] : lines;
}

/** Neither runs getters nor the traps of a proxy. */
function show(value: unknown): string {
  if (typeof value === 'string') return bounded(value, LONGEST_MESSAGE);
  return bounded(
    inspect(narrow(value), {
      depth: 3,
      maxStringLength: 1_000,
      maxArrayLength: 20,
      breakLength: Number.POSITIVE_INFINITY,
      customInspect: false,
    }),
    LONGEST_MESSAGE,
  );
}

/** Showing hundreds of thousands of members takes seconds, and few of them would be left. */
function narrow(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return value;
  if (Array.isArray(value)) return value;
  const names = Object.keys(value);
  if (names.length <= MOST_MEMBERS) return value;
  const members = names
    .slice(0, MOST_MEMBERS)
    .map((name) => [name, Object.getOwnPropertyDescriptor(value, name)?.value]);
  return { ...Object.fromEntries(members), '…': `${names.length - MOST_MEMBERS} more` };
}

function read(error: Error, name: string): unknown {
  try {
    return Reflect.get(error, name);
  } catch {
    return undefined;
  }
}

/** Cut to so many bytes, never inside of a character. */
export function bounded(text: string, bytes: number): string {
  // A character has at least one byte, so the rest need not be measured.
  const cut = text.length > bytes ? text.slice(0, bytes) : text;
  const buffer = Buffer.from(cut);
  if (cut === text && buffer.length <= bytes) return text;
  let end = Math.min(buffer.length, bytes - 3);
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${buffer.toString('utf8', 0, end)}…`;
}
