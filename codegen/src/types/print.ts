import { compile } from 'json-schema-to-typescript';
import type { DefinitionId, LoweredSet } from '../schema/dialect.js';
import { docComment } from './comments.js';
import type { Type } from './ir.js';
import { layout } from './layout.js';
import type { TypeOptions } from './members.js';
import { type Printing, type PrintSchema, schemaOf } from './schema-of.js';
import { MARK, Sheet } from './sheet.js';
import { createWidener } from './widen.js';

export interface PrintedType {
  /** A complete exported declaration with its doc comment: an interface where it is one object, else an alias. */
  readonly text: string;
  /** The definitions whose names the text mentions, in order of first mention. */
  readonly references: readonly DefinitionId[];
}

/**
 * Prints TypeScript types of definitions, each by itself: what is not in `ids` is mentioned by `nameOf(id)` alone.
 * Whatever a definition's schema accepts is of its type. Equal input gives equal text, whatever the order of `ids`.
 */
export async function printTypes(
  set: LoweredSet,
  ids: readonly DefinitionId[],
  nameOf: (id: DefinitionId) => string,
  options: TypeOptions = {},
): Promise<ReadonlyMap<DefinitionId, PrintedType>> {
  const widener = createWidener(set, ids);
  const printed = new Map<DefinitionId, PrintedType>();
  for (const id of ids) {
    const sheet = new Sheet(nameOf);
    const type = widener.typeOf(id);
    const isRecursive = (other: DefinitionId) => widener.leadsBack(id, other);
    const text = await printType(type, { sheet, options, isRecursive });
    const schema = set.definitions.get(id)?.schema;
    const comment = typeof schema === 'object' ? docComment(schema.notes) : undefined;
    const head = isOneObject(type)
      ? `export interface ${nameOf(id)} ${text}`
      : `export type ${nameOf(id)} = ${text};`;
    printed.set(id, {
      text: [...(comment === undefined ? [] : [comment]), layout(head)].join('\n'),
      references: sheet.references,
    });
  }
  return printed;
}

function isOneObject(type: Type): boolean {
  return type.length === 1 && type[0]?.kind === 'object';
}

/** Has json-schema-to-typescript print a type and the parts it comes in, as members of one interface. */
async function printType(type: Type, printing: Printing): Promise<string> {
  const { sheet } = printing;
  const properties: Record<string, PrintSchema> = {};
  const root = sheet.part(type);
  for (let index = 0; index < sheet.parts.length; index += 1) {
    const part = sheet.parts[index];
    if (part) properties[`${MARK}p${index}`] = schemaOf(part, printing);
  }
  const required = Object.keys(properties);
  const text = await compile(
    { type: 'object', properties, required, additionalProperties: false },
    'Parts',
    {
      additionalProperties: false,
      bannerComment: '',
      format: false,
      ignoreMinAndMaxItems: true,
      $refOptions: { resolve: { external: false } },
    },
  );
  const body = text.slice(text.indexOf('{\n') + 2, text.lastIndexOf('\n}'));
  const lines = body.split(new RegExp(`^${MARK}p\\d+: `, 'm')).slice(1);
  return sheet.fill(
    root,
    lines.map((line) => line.trimEnd()),
  );
}
