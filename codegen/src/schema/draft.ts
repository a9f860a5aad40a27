/** The drafts of JSON Schema that are understood, oldest first. */
export const DRAFTS = ['draft-04', 'draft-06', 'draft-07', '2019-09', '2020-12'] as const;

export type Draft = (typeof DRAFTS)[number];

/** The draft of a schema that names none and that no schema with a draft refers to. */
export const DEFAULT_DRAFT: Draft = '2020-12';

/** The draft that a `$schema` names; `undefined` for any other meta-schema. */
export function draftOf(schemaUri: string): Draft | undefined {
  return META_SCHEMAS.get(schemaUri.replace(/#$/, '').replace(/^https?:\/\//, ''));
}

/** Every `$schema` to choose from, newest first. */
export const SCHEMA_URIS: readonly string[] = [
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2019-09/schema',
  'http://json-schema.org/draft-07/schema#',
  'http://json-schema.org/draft-06/schema#',
  'http://json-schema.org/draft-04/schema#',
];

/** Whether `draft` is `first`, or came later. */
export function isSince(draft: Draft, first: Draft): boolean {
  return DRAFTS.indexOf(draft) >= DRAFTS.indexOf(first);
}

/** Before 2019-09 a `$ref` hides every keyword beside it, `$id` too. */
export function refHidesSiblings(draft: Draft): boolean {
  return !isSince(draft, '2019-09');
}

export function idKeyword(draft: Draft): '$id' | 'id' {
  return draft === 'draft-04' ? 'id' : '$id';
}

const META_SCHEMAS: ReadonlyMap<string, Draft> = new Map([
  ['json-schema.org/draft/2020-12/schema', '2020-12'],
  ['json-schema.org/draft/2019-09/schema', '2019-09'],
  ['json-schema.org/draft-07/schema', 'draft-07'],
  ['json-schema.org/draft-06/schema', 'draft-06'],
  ['json-schema.org/draft-04/schema', 'draft-04'],
]);
