/** A stretch of the names that a pattern matches. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** One digit or more. */
  | { readonly kind: 'digits' }
  /** Any text at all, none included. */
  | { readonly kind: 'all' }
  /** Text that is restricted in a way a template can't say. */
  | { readonly kind: 'some' };

type Sequence = readonly Piece[];

interface Item {
  readonly of: 'dot' | 'digit' | 'class' | 'text';
  readonly forms: readonly Sequence[];
}

const MAX_SEQUENCES = 64;
const MAX_REPEAT = 16;
const ALL: Piece = { kind: 'all' };
const SOME: Piece = { kind: 'some' };
const EMPTY: readonly Sequence[] = [[]];
const DIGIT: Item = { of: 'digit', forms: [[{ kind: 'digits' }]] };
const CLASS: Item = { of: 'class', forms: [[SOME]] };

/**
 * The forms of text that a regular expression (`u` flag, unanchored) matches, each in full from first to last
 * character; `undefined` where it uses what this small reader doesn't: look-around, back-references, anchors in the
 * middle, word boundaries.
 */
export function readAlternatives(source: string): readonly Sequence[] | undefined {
  const reader = new Reader(source);
  try {
    const forms = reader.alternatives(true);
    return reader.done ? forms : undefined;
  } catch (error) {
    if (error instanceof OutOfReach) return undefined;
    throw error;
  }
}

class OutOfReach extends Error {}

class Reader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(source: string) {
    this.#characters = [...source];
  }

  get done(): boolean {
    return this.#at === this.#characters.length;
  }

  alternatives(outermost: boolean): readonly Sequence[] {
    const forms = [...this.#sequence(outermost)];
    while (this.#take('|')) forms.push(...this.#sequence(outermost));
    return forms.length > MAX_SEQUENCES ? [[SOME]] : forms;
  }

  #sequence(outermost: boolean): readonly Sequence[] {
    const fromStart = outermost && this.#take('^');
    let forms = EMPTY;
    let toEnd = false;
    while (!this.done && this.#peek() !== '|' && this.#peek() !== ')') {
      if (toEnd) throw new OutOfReach();
      if (outermost && this.#take('$')) toEnd = true;
      else forms = cross(forms, this.#item());
    }
    if (!outermost) return forms;
    return forms.map((form) => [...(fromStart ? [] : [ALL]), ...form, ...(toEnd ? [] : [ALL])]);
  }

  #item(): readonly Sequence[] {
    const item = this.#atom();
    const [least, most] = this.#quantifier();
    if (least === 1 && most === 1) return item.forms;
    if (item.of === 'dot') return [[least === 0 && most === Infinity ? ALL : SOME]];
    if (item.of === 'digit') return [[least > 0 ? { kind: 'digits' } : SOME]];
    if (item.of === 'class' || most > MAX_REPEAT) return [[SOME]];
    return repeat(item.forms, least, most);
  }

  #atom(): Item {
    const character = this.#next();
    if (character === '.') return { of: 'dot', forms: [[SOME]] };
    if (character === '(') return { of: 'text', forms: this.#group() };
    if (character === '[') return this.#class();
    if (character === '\\') return this.#escape();
    if ('^$*+?{}])'.includes(character)) throw new OutOfReach();
    return { of: 'text', forms: [[{ kind: 'text', text: character }]] };
  }

  #group(): readonly Sequence[] {
    if (this.#take('?')) {
      if (this.#take('<')) {
        if (this.#peek() === '=' || this.#peek() === '!') throw new OutOfReach();
        while (this.#next() !== '>');
      } else if (!this.#take(':')) throw new OutOfReach();
    }
    const forms = this.alternatives(false);
    if (!this.#take(')')) throw new OutOfReach();
    return forms;
  }

  #class(): Item {
    let text = '';
    for (let character = this.#next(); character !== ']'; character = this.#next()) {
      text += character === '\\' ? character + this.#next() : character;
    }
    return text === '0-9' || text === '\\d' ? DIGIT : CLASS;
  }

  #escape(): Item {
    const character = this.#next();
    if (character === 'd') return DIGIT;
    if (character === 'p' || character === 'P') {
      while (this.#next() !== '}');
      return CLASS;
    }
    if ('DwWsS'.includes(character)) return CLASS;
    if (/[A-Za-z0-9]/.test(character)) throw new OutOfReach();
    return { of: 'text', forms: [[{ kind: 'text', text: character }]] };
  }

  #quantifier(): readonly [least: number, most: number] {
    const bounds = this.#bounds();
    if (bounds) this.#take('?');
    return bounds ?? [1, 1];
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    if (!this.#take('{')) return undefined;
    let text = '';
    for (let character = this.#next(); character !== '}'; character = this.#next())
      text += character;
    const [least, most = least] = text.split(',');
    return [Number(least), most === '' ? Infinity : Number(most)];
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw new OutOfReach();
    this.#at += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }
}

function cross(a: readonly Sequence[], b: readonly Sequence[]): readonly Sequence[] {
  if (a.length * b.length > MAX_SEQUENCES) return [[SOME]];
  return a.flatMap((first) => b.map((second) => [...first, ...second]));
}

function repeat(forms: readonly Sequence[], least: number, most: number): readonly Sequence[] {
  const counts: Sequence[] = [];
  let repeated = EMPTY;
  for (let count = 0; count <= most; count += 1) {
    if (count >= least) counts.push(...repeated);
    repeated = cross(repeated, forms);
  }
  return counts.length > MAX_SEQUENCES ? [[SOME]] : counts;
}
