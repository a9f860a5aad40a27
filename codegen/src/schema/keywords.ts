import { DRAFTS, type Draft } from './draft.js';
import type { Rule } from './keyword-rules.js';
import * as rule from './keyword-rules.js';

/** How the value of a keyword holds schemas. */
export type Shape = 'none' | 'schema' | 'list' | 'map' | 'schema-or-list' | 'map-or-names';

export interface Keyword {
  readonly shape: Shape;
  /** What JSON Schema allows as its value. */
  readonly rule: Rule;
}

/** The keywords of a draft, with the annotations of all of them, which every draft tolerates. */
export function keywordsOf(draft: Draft): ReadonlyMap<string, Keyword> {
  const keywords = BY_DRAFT.get(draft);
  if (keywords === undefined) throw new Error(`keywords: no draft ${draft}`);
  return keywords;
}

/** The drafts that know a keyword, oldest first. */
export function draftsWith(name: string): readonly Draft[] {
  return DRAFTS.filter((draft) => keywordsOf(draft).has(name));
}

type Row = readonly [
  name: string,
  shape: Shape,
  rule: Rule,
  first?: Draft | undefined,
  last?: Draft | undefined,
];

const ROWS: readonly Row[] = [
  ['$schema', 'none', rule.string],
  ['id', 'none', rule.string, undefined, 'draft-04'],
  ['$id', 'none', rule.string, 'draft-06'],
  ['$ref', 'none', rule.string],
  ['$anchor', 'none', rule.string, '2019-09'],
  ['$dynamicAnchor', 'none', rule.string, '2020-12'],
  ['$dynamicRef', 'none', rule.string, '2020-12'],
  ['$recursiveAnchor', 'none', rule.boolean, '2019-09', '2019-09'],
  ['$recursiveRef', 'none', rule.string, '2019-09', '2019-09'],
  ['$vocabulary', 'none', rule.object, '2019-09'],
  ['$comment', 'none', rule.string],
  ['definitions', 'map', rule.schemaMap],
  ['$defs', 'map', rule.schemaMap],

  ['title', 'none', rule.string],
  ['description', 'none', rule.string],
  ['default', 'none', rule.anything],
  ['examples', 'none', rule.array],
  ['deprecated', 'none', rule.boolean],
  ['readOnly', 'none', rule.boolean],
  ['writeOnly', 'none', rule.boolean],
  ['contentEncoding', 'none', rule.string],
  ['contentMediaType', 'none', rule.string],
  ['contentSchema', 'schema', rule.schema, '2019-09'],

  ['type', 'none', rule.type],
  ['nullable', 'none', rule.boolean],
  ['enum', 'none', rule.array],
  ['const', 'none', rule.anything, 'draft-06'],

  ['minimum', 'none', rule.number],
  ['maximum', 'none', rule.number],
  ['exclusiveMinimum', 'none', rule.boolean, undefined, 'draft-04'],
  ['exclusiveMaximum', 'none', rule.boolean, undefined, 'draft-04'],
  ['exclusiveMinimum', 'none', rule.exclusive, 'draft-06'],
  ['exclusiveMaximum', 'none', rule.exclusive, 'draft-06'],
  ['multipleOf', 'none', rule.positive],

  ['minLength', 'none', rule.count],
  ['maxLength', 'none', rule.count],
  ['pattern', 'none', rule.pattern],
  ['format', 'none', rule.string],

  ['properties', 'map', rule.schemaMap],
  ['patternProperties', 'map', rule.patternMap],
  ['additionalProperties', 'schema', rule.schema],
  ['propertyNames', 'schema', rule.schema, 'draft-06'],
  ['required', 'none', rule.required],
  ['minProperties', 'none', rule.count],
  ['maxProperties', 'none', rule.count],
  ['dependencies', 'map-or-names', rule.dependencies],
  ['dependentRequired', 'none', rule.dependentRequired, '2019-09'],
  ['dependentSchemas', 'map', rule.schemaMap, '2019-09'],
  ['unevaluatedProperties', 'schema', rule.schema, '2019-09'],

  ['items', 'schema-or-list', rule.schemaOrList, undefined, '2019-09'],
  ['additionalItems', 'schema', rule.schema, undefined, '2019-09'],
  ['items', 'schema', rule.items, '2020-12'],
  ['prefixItems', 'list', rule.schemaList, '2020-12'],
  ['minItems', 'none', rule.count],
  ['maxItems', 'none', rule.count],
  ['uniqueItems', 'none', rule.boolean],
  ['contains', 'schema', rule.schema, 'draft-06'],
  ['minContains', 'none', rule.count, '2019-09'],
  ['maxContains', 'none', rule.count, '2019-09'],
  ['unevaluatedItems', 'schema', rule.schema, '2019-09'],

  ['allOf', 'list', rule.schemaList],
  ['anyOf', 'list', rule.schemaList],
  ['oneOf', 'list', rule.schemaList],
  ['not', 'schema', rule.schema],
  ['if', 'schema', rule.schema, 'draft-07'],
  ['then', 'schema', rule.schema, 'draft-07'],
  ['else', 'schema', rule.schema, 'draft-07'],
];

const BY_DRAFT: ReadonlyMap<Draft, ReadonlyMap<string, Keyword>> = new Map(
  DRAFTS.map((draft, index) => [
    draft,
    new Map(
      ROWS.filter(
        ([, , , first, last]) =>
          (first === undefined || DRAFTS.indexOf(first) <= index) &&
          (last === undefined || DRAFTS.indexOf(last) >= index),
      ).map(([name, shape, rule]) => [name, { shape, rule }]),
    ),
  ]),
);
