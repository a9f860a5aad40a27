import type { DefinitionId, Json, LoweredSet } from '../../../codegen/dist/schema/dialect.js';
import type { TypeOptions } from '../../../codegen/dist/types/members.js';
import { printTypes } from '../../../codegen/dist/types/print.js';
import { compile } from './compile.js';

/** A value that must be, or must not be, of the type of a definition. */
export interface Sample {
  readonly set: LoweredSet;
  readonly id: DefinitionId;
  readonly value: Json;
}

/** The types of all definitions of a set, as text, named by {@link nameIn}. */
export async function printsOf(
  set: LoweredSet,
  prefix: string,
  options?: TypeOptions,
): Promise<string> {
  const ids = [...set.definitions.keys()];
  const printed = await printTypes(set, ids, nameIn(set, prefix), options);
  return [...printed.values()].map(({ text }) => text).join('\n');
}

/** Names of a set's definitions: a prefix and a number. */
export function nameIn(set: LoweredSet, prefix: string): (id: DefinitionId) => string {
  const numbers = new Map([...set.definitions.keys()].map((id, index) => [id, index]));
  return (id) => `${prefix}${numbers.get(id)}`;
}

/**
 * The samples that do not type-check, with the compiler's words. Each value is a literal in a declaration of its own,
 * since a variable or an import would widen its literals; an error in the types themselves fails every value of that
 * set. One run of the compiler for all.
 */
export async function refusedByTypes(
  samples: readonly Sample[],
  options: TypeOptions = { openObjects: 'index' },
): Promise<ReadonlyMap<Sample, string>> {
  const sets = new Map(
    [...new Set(samples.map(({ set }) => set))].map((set, index) => [set, `S${index}_`]),
  );
  const lines: { text: string; set: LoweredSet }[] = [];
  for (const [set, prefix] of sets) {
    const text = await printsOf(set, prefix, options);
    lines.push(...text.split('\n').map((line) => ({ text: line, set })));
  }
  const names = new Map([...sets].map(([set, prefix]) => [set, nameIn(set, prefix)]));
  const values = samples.map(({ set, id, value }, index) => {
    return `export const c${index}: T.${names.get(set)?.(id)} = ${JSON.stringify(value)};`;
  });
  const errors = await compile({
    'types.ts': lines.map(({ text }) => text).join('\n'),
    'values.ts': ["import type * as T from './types.js';", ...values].join('\n'),
  });
  const refused = new Map<Sample, string>();
  for (const { file, line, message } of errors) {
    const wrong = lines[line - 1]?.set;
    const failed = samples.filter((sample, index) =>
      file === 'types.ts' ? sample.set === wrong : line === 1 || index === line - 2,
    );
    for (const sample of failed) refused.set(sample, message);
  }
  return refused;
}
