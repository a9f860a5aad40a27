import { lineOf } from './lines.js';
import {
  arrayTree,
  type Entry,
  inexact,
  isExact,
  MAX_DEPTH,
  objectTree,
  type Parsed,
  type Problem,
  repeatedKey,
  type Tree,
  tooDeep,
} from './tree.js';

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const [NEWLINE, SPACE_CODE, QUOTE, BACKSLASH] = [0x0a, 0x20, 0x22, 0x5c];
const WORD = /[\w$.+-]+/y;
const LITERALS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** JSON exactly as RFC 8259 has it. A syntax error ends the reading; other problems are collected. */
export function parseJson(text: string): Parsed {
  const reader = new Reader(text);
  try {
    return { tree: reader.document(), problems: reader.problems };
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    return { tree: undefined, problems: [...reader.problems, thrown.problem] };
  }
}

class Unreadable extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Tree {
    this.#match(SPACE);
    if (this.#at === this.#text.length) this.#fail('The file is empty', 'JSON needs a value.');
    const tree = this.#value(0);
    this.#match(SPACE);
    if (this.#at < this.#text.length) {
      this.#fail(`Unexpected ${this.#here()} after the end of the JSON value`);
    }
    return tree;
  }

  #value(depth: number): Tree {
    if (depth > MAX_DEPTH) throw new Unreadable(tooDeep(this.#at));
    const start = this.#at;
    const next = this.#text[start];
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return { value: this.#string(), start, end: this.#at };

    const number = this.#match(NUMBER);
    if (number !== undefined && !/[\w.]/.test(this.#text[this.#at] ?? '')) {
      const value = Number(number);
      const exact = /^-?\d+$/.test(number) ? isExact(BigInt(number)) : Number.isFinite(value);
      if (!exact) this.problems.push(inexact(start, this.#at, number));
      return { value, start, end: this.#at };
    }
    this.#at = start;
    const word = this.#match(WORD);
    if (word !== undefined && LITERALS.has(word)) {
      return { value: LITERALS.get(word), start, end: this.#at };
    }
    this.#at = start;
    this.#fail(`Expected a value, found ${this.#here()}`, this.#hint());
  }

  #object(depth: number): Tree {
    const start = this.#at++;
    const entries = new Map<string, Entry>();
    this.#match(SPACE);
    while (this.#text[this.#at] !== '}') {
      const keyStart = this.#at;
      if (this.#text[keyStart] !== '"') {
        this.#fail(`Expected a key in double quotes, found ${this.#here()}`, this.#hint());
      }
      const key = this.#string();
      const keyEnd = this.#at;
      this.#match(SPACE);
      if (this.#text[this.#at] !== ':') {
        this.#fail(`Expected ':' after the key ${JSON.stringify(key)}, found ${this.#here()}`);
      }
      this.#at += 1;
      this.#match(SPACE);
      const value = this.#value(depth + 1);
      const first = entries.get(key);
      if (first) {
        const line = lineOf(this.#text, first.start);
        this.problems.push(repeatedKey(key, keyStart, keyEnd, line));
      } else {
        entries.set(key, { start: keyStart, end: keyEnd, value });
      }
      this.#next('}', start);
    }
    this.#at += 1;
    return objectTree(start, this.#at, entries);
  }

  #array(depth: number): Tree {
    const start = this.#at++;
    const items: Tree[] = [];
    this.#match(SPACE);
    while (this.#text[this.#at] !== ']') {
      items.push(this.#value(depth + 1));
      this.#next(']', start);
    }
    this.#at += 1;
    return arrayTree(start, this.#at, items);
  }

  /** Stands on the next member, or on the closing bracket. */
  #next(close: ']' | '}', opened: number): void {
    this.#match(SPACE);
    if (this.#text[this.#at] === close) return;
    if (this.#text[this.#at] !== ',') {
      const open = close === '}' ? '{' : '[';
      const hint = `The '${open}' stands in line ${lineOf(this.#text, opened)}.`;
      this.#fail(`Expected ',' or '${close}', found ${this.#here()}`, this.#hint() ?? hint);
    }
    const comma = this.#at++;
    this.#match(SPACE);
    if (this.#text[this.#at] !== close) return;
    this.#at = comma;
    this.#fail(`JSON allows no ',' before '${close}'`, 'Remove the comma.');
  }

  #string(): string {
    const start = this.#at;
    for (this.#at += 1; ; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === QUOTE) {
        this.#at += 1;
        return JSON.parse(this.#text.slice(start, this.#at));
      }
      if (code === BACKSLASH) {
        const escaped = this.#match(ESCAPE);
        if (escaped === undefined) {
          const shown = this.#text.slice(this.#at, this.#at + 2);
          this.#fail(`Unknown escape '${shown}' in a string`, "One backslash is written '\\\\'.");
        }
        this.#at -= 1;
      } else if (Number.isNaN(code) || code === NEWLINE) {
        this.#at = start;
        this.#fail('This string is never closed', "A string ends on its own line, with '\"'.");
      } else if (code < SPACE_CODE) {
        const written = JSON.stringify(this.#text[this.#at]).slice(1, -1);
        this.#fail('A control character in a string', `Write it as an escape: ${written}`);
      }
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #here(): string {
    const from = this.#text.slice(this.#at, this.#at + 40);
    if (from === '') return 'the end of the file';
    if (from[0] === "'") return 'a single quote';
    return `'${/^[\w$.+-]+/.exec(from)?.[0] ?? String.fromCodePoint(from.codePointAt(0) ?? 0)}'`;
  }

  #hint(): string | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 2);
    if (rest === '//' || rest === '/*' || rest[0] === '#') {
      return 'JSON has no comments. YAML has: rename the file to .yaml.';
    }
    if (rest[0] === "'") return 'JSON strings stand in double quotes.';
    return undefined;
  }

  #fail(message: string, hint?: string): never {
    const width = /^[\w$.+-]+/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0].length ?? 1;
    throw new Unreadable({
      code: 'PSPF003',
      start: this.#at,
      end: Math.min(this.#at + width, this.#text.length),
      message,
      ...(hint !== undefined && { hint }),
    });
  }
}
