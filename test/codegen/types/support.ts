import type { Definition, LoweredSet } from '../../../codegen/dist/schema/dialect.js';
import { lowerAll } from '../../../codegen/dist/schema/lower.js';
import type { Place, SourceFile } from '../../../codegen/dist/source.js';
import type { TypeOptions } from '../../../codegen/dist/types/members.js';
import { printTypes } from '../../../codegen/dist/types/print.js';
import { declarations } from '../../support/memory-loader.js';

const file: SourceFile = {
  id: 'test',
  path: 'test.json',
  text: '',
  value: undefined,
  locate: () => ({ file: 'test.json', line: 1, column: 1, endLine: 1, endColumn: 1 }),
};

/** A place for schemas that stand in no file. */
export const place: Place = { file, pointer: '' };

/** A payload's schema, lowered; its own definition is called `Payload`. */
export function lower(schema: unknown): LoweredSet {
  const { declarations: all, loader } = declarations(
    { orders: { $ref: '../payload.json' } },
    { 'payload.json': schema },
  );
  const { value, diagnostics } = lowerAll(all, loader);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return value;
}

/** Every definition of a schema, printed one after the other, under the names they have by themselves. */
export async function printAll(schema: unknown, options?: TypeOptions): Promise<string> {
  const set = lower(schema);
  const nameOf = (id: string): string => set.definitions.get(id)?.name ?? id;
  const printed = await printTypes(set, idsOf(set), nameOf, options);
  return [...printed.values()].map(({ text }) => text).join('\n');
}

/** The payload first, then the others by name. */
export function idsOf(set: LoweredSet): readonly string[] {
  const roots = [...set.roots.values()];
  const name = (id: string): string => set.definitions.get(id)?.name ?? '';
  const others = [...set.definitions.keys()].filter((id) => !roots.includes(id));
  return [...roots, ...others.sort((a, b) => (name(a) < name(b) ? -1 : 1))];
}

/** Definitions without files, by id, which is also the name. */
export function setOf(schemas: Readonly<Record<string, Definition['schema']>>): LoweredSet {
  const definitions = Object.entries(schemas).map(([id, schema]): [string, Definition] => [
    id,
    { id, name: id, alternatives: [], schema },
  ]);
  return { definitions: new Map(definitions), roots: new Map() };
}
