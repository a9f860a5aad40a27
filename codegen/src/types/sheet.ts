import type { DefinitionId } from '../schema/dialect.js';
import type { Type } from './ir.js';

/** No text of a schema that has this in it reaches the printer: it goes in as a placeholder itself. */
export const MARK = '__pspf_';

/**
 * What one definition asks of json-schema-to-typescript, and what it must not see: names, comments and types that are
 * text of ours go in as placeholders, and come back out by `fill`. Parts are types printed beside each other, so that
 * depth, tuples and the like never reach it as one nested schema.
 */
export class Sheet {
  readonly #texts: string[] = [];
  readonly #parts: Type[] = [];
  readonly #references = new Map<DefinitionId, string>();
  readonly #nameOf: (id: DefinitionId) => string;

  constructor(nameOf: (id: DefinitionId) => string) {
    this.#nameOf = nameOf;
  }

  get parts(): readonly Type[] {
    return this.#parts;
  }

  /** The definitions mentioned, in order of first mention. */
  get references(): readonly DefinitionId[] {
    return [...this.#references.keys()];
  }

  /** A placeholder for text of ours: a key, a comment, a type. */
  text(text: string): string {
    return `${MARK}t${this.#texts.push(text) - 1}`;
  }

  /** A placeholder for text that has further placeholders in it. */
  compose(text: string): string {
    return `${MARK}c${this.#texts.push(text) - 1}`;
  }

  /** A placeholder for a type that is printed apart. */
  part(type: Type): string {
    return `${MARK}p${this.#parts.push(type) - 1}`;
  }

  reference(id: DefinitionId): string {
    const known = this.#references.get(id) ?? this.text(this.#nameOf(id));
    this.#references.set(id, known);
    return known;
  }

  /** Puts texts and parts back in the place of their placeholders. */
  fill(text: string, parts: readonly string[]): string {
    return text.replace(COMMENT, '$1').replace(PLACEHOLDER, (_, kind: string, digits: string) => {
      const index = Number(digits);
      if (kind === 't') return this.#texts[index] ?? '';
      return this.fill((kind === 'p' ? parts[index] : this.#texts[index]) ?? '', parts);
    });
  }
}

const PLACEHOLDER = new RegExp(`${MARK}([tcp])(\\d+)`, 'g');
/** The printer's comment around a placeholder of a whole comment of ours. */
const COMMENT = new RegExp(`/\\*\\*\\n \\* (${MARK}t\\d+)\\n \\*/`, 'g');
