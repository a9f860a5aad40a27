import type { DefinitionId, Schema } from '../../../codegen/dist/schema/dialect.js';
import { dispatch, isLeaf, type Tree } from '../../../codegen/dist/validator/dispatch.js';
import { factsReader } from '../../../codegen/dist/validator/facts.js';
import { hoist } from '../../../codegen/dist/validator/hoist.js';
import { lowerPayloads } from '../../support/validators.js';

/** Where, in a value of this schema, stand the values that some dispatch tree looks at: JSON pointers. */
export function tagFinder(schema: unknown): (value: unknown) => ReadonlySet<string> {
  const set = lowerPayloads({ one: schema });
  const units = hoist(set, (id) => id);
  const factsOf = factsReader(units);
  const known = new Map<readonly Schema[], readonly string[]>();
  const tagsAmong = (branches: readonly Schema[]): readonly string[] => {
    const tags = known.get(branches) ?? [...new Set(tagsOf(dispatch(branches, factsOf).tree))];
    known.set(branches, tags);
    return tags;
  };

  return (payload) => {
    const tags = new Set<string>();
    const called = new Set<string>();
    const call = (id: DefinitionId, value: unknown, pointer: string): void => {
      const mark = `${id} ${pointer}`;
      if (called.has(mark)) return;
      called.add(mark);
      visit(units.get(id)?.schema ?? true, value, pointer);
    };
    const visit = (schema: Schema, value: unknown, pointer: string): void => {
      if (typeof schema === 'boolean') return;
      if (schema.call !== undefined) call(schema.call, value, pointer);
      for (const part of schema.allOf ?? []) visit(part, value, pointer);
      for (const branches of [schema.anyOf, schema.oneOf]) {
        if (branches === undefined) continue;
        for (const tag of tagsAmong(branches)) tags.add(`${pointer}/${tag}`);
        for (const branch of branches) visit(branch, value, pointer);
      }
      for (const [step, child] of childrenOf(value)) {
        visit(schemaOf(schema, step), child, `${pointer}/${step}`);
      }
    };
    call(set.roots.get('one') ?? '', payload, '');
    return tags;
  };
}

function tagsOf(tree: Tree): string[] {
  if (isLeaf(tree)) return [];
  if ('has' in tree) return [...tagsOf(tree.yes), ...tagsOf(tree.no)];
  const next = [...tree.cases.map(({ tree: then }) => then), tree.other, tree.absent];
  return [tree.tag, ...next.flatMap(tagsOf)];
}

/** Items and properties, by index or name. */
export function childrenOf(value: unknown): (readonly [step: number | string, child: unknown])[] {
  if (Array.isArray(value)) return [...value.entries()];
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function schemaOf(schema: Exclude<Schema, boolean>, step: number | string): Schema {
  if (typeof step === 'number') return schema.prefix?.[step] ?? schema.rest ?? true;
  const own = schema.properties?.find(([name]) => name === step);
  return own?.[1] ?? schema.additionalProperties ?? true;
}
