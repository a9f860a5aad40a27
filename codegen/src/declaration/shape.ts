import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Diagnostic, diagnostic, type Span, startOf } from '../diagnostics.js';
import { didYouMean, nearest } from '../near.js';
import type { SourceFile } from '../source.js';
import { durationHint } from './duration.js';

/** Checks a declaration against the published meta-schema, each mistake at its key or value. */
export function checkShape(file: SourceFile): readonly Diagnostic[] {
  const validate = metaSchema();
  if (validate(file.value)) return [];
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  const mistyped = new Set(errors.flatMap((e) => (e.keyword === 'type' ? [e.instancePath] : [])));
  const typos = new Set(errors.flatMap((error) => meantKey(error) ?? []));
  // A key that is there with a typo is not missing.
  // What is of the wrong type is none of the allowed values either.
  const told = errors.filter(({ keyword, instancePath, params }) =>
    keyword === 'required'
      ? !typos.has(`${instancePath}/${params.missingProperty}`)
      : keyword !== 'enum' || !mistyped.has(instancePath),
  );
  return told.map((error) => translate(error, file));
}

/** The pointer of the key that an unknown one was most likely meant to be. */
function meantKey(error: ErrorObject): string | undefined {
  const { keyword, instancePath, params } = error;
  if (keyword !== 'additionalProperties') return undefined;
  const meant = keyFor(error, params.additionalProperty);
  return meant && `${instancePath}/${meant}`;
}

/** The known key that is near, or that other tools call so. */
function keyFor(
  { instancePath, parentSchema, data }: ErrorObject,
  key: string,
): string | undefined {
  const plainly = key.toLowerCase().replaceAll(/[-_]/g, '');
  const synonym = instancePath === '' ? SYNONYMS.get(plainly) : undefined;
  if (synonym !== undefined && !Object.hasOwn(Object(data), synonym)) return synonym;
  return nearest(key, Object.keys(parentSchema?.properties ?? {}));
}

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ...['name', 'topic', 'channel', 'streamname'].map((name) => [name, 'stream'] as const),
  ...['consumergroup', 'groupname'].map((name) => [name, 'group'] as const),
  ...['schema', 'event', 'message', 'data'].map((name) => [name, 'payload'] as const),
  ...['retries', 'maxretries', 'attempts', 'backoff'].map((name) => [name, 'retry'] as const),
  ...['deadletter', 'deadletters', 'deadletterqueue'].map((name) => [name, 'dlq'] as const),
  ...['orderingkey', 'partitionkey'].map((name) => [name, 'key'] as const),
  ...['maxlength', 'maxlen', 'retention'].map((name) => [name, 'retain'] as const),
]);

/** Where somebody forgot `payload`. */
const SCHEMA_KEYS: ReadonlySet<string> = new Set([
  ...['title', 'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const'],
  ...['oneOf', 'anyOf', 'allOf', '$ref', '$defs', 'definitions', '$id'],
]);

let compiled: ValidateFunction | undefined;

function metaSchema(): ValidateFunction {
  if (compiled) return compiled;
  const url = new URL('../../stream.schema.json', import.meta.url);
  const schema = JSON.parse(readFileSync(url, 'utf8'));
  // What a payload may hold is told by the stages that read it, with better messages.
  schema.definitions.schema = { type: ['object', 'boolean'] };
  const ajv = new Ajv({ allErrors: true, verbose: true, ownProperties: true, strict: false });
  compiled = ajv.compile(schema);
  return compiled;
}

function translate(error: ErrorObject, file: SourceFile): Diagnostic {
  const pointer = error.instancePath;
  const name = pointer === '' ? 'A declaration' : `'${dotted(pointer)}'`;
  const value = file.locate(pointer, 'value');
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, file);
    case 'required':
      return missingKey(error, file);
    case 'pattern':
      return notADuration(name, error.data, value);
    case 'type':
      if (isDuration(error)) return notADuration(name, error.data, value);
      return wrongType(name, error, file);
    case 'enum': {
      const allowed: readonly string[] = error.params.allowedValues;
      const message = `${name} must be ${oneOf(allowed.map((each) => `'${each}'`))}, not ${shown(error.data)}`;
      const hint = typeof error.data === 'string' ? didYouMean(error.data, allowed) : undefined;
      return diagnostic('PSPF012', message, { at: value, hint });
    }
    case 'minimum':
    case 'maximum': {
      const bound = `${error.params.limit} or ${error.keyword === 'minimum' ? 'more' : 'less'}`;
      const message = `${name} must be ${bound}, not ${shown(error.data)}`;
      return diagnostic('PSPF012', message, { at: value, hint: describe(error.parentSchema) });
    }
    default: {
      const message = `${name} ${error.message}, and it is ${shown(error.data)}`;
      return diagnostic('PSPF012', message, { at: value, hint: describe(error.parentSchema) });
    }
  }
}

function unknownKey(error: ErrorObject, file: SourceFile): Diagnostic {
  const key: string = error.params.additionalProperty;
  const known = Object.keys(error.parentSchema?.properties ?? {}).filter((each) => each[0] !== '$');
  const where = error.instancePath === '' ? '' : ` in '${dotted(error.instancePath)}'`;
  const misplaced = error.instancePath === '' && SCHEMA_KEYS.has(key);
  const meant = keyFor(error, key);
  const list = meant ? `Did you mean '${meant}'?` : `The keys there are: ${known.join(', ')}.`;
  const hint = misplaced ? "Keys of a JSON Schema stand under 'payload:'." : list;
  const at = file.locate(`${error.instancePath}/${escaped(key)}`, 'key');
  return diagnostic('PSPF010', `Unknown key '${key}'${where}`, { at, hint });
}

function missingKey(error: ErrorObject, file: SourceFile): Diagnostic {
  const key: string = error.params.missingProperty;
  const where = error.instancePath === '' ? '' : ` in '${dotted(error.instancePath)}'`;
  const hint = describe(error.parentSchema?.properties?.[key], key);
  const at =
    error.instancePath === ''
      ? startOf(file.locate('', 'value'))
      : file.locate(error.instancePath, 'key');
  return diagnostic('PSPF011', `The key '${key}' is missing${where}`, { at, hint });
}

function wrongType(name: string, error: ErrorObject, file: SourceFile): Diagnostic {
  const at =
    error.instancePath === ''
      ? startOf(file.locate('', 'value'))
      : file.locate(error.instancePath, 'value');
  if (error.instancePath === '' && error.data === null) {
    const hint = "A declaration needs 'stream', 'group' and 'payload'.";
    return diagnostic('PSPF011', 'The file is empty', { at, hint });
  }
  const types: readonly string[] = [error.params.type].flat();
  const literals: readonly unknown[] | undefined = error.parentSchema?.then?.enum;
  const names = types.map((type) =>
    type === 'string' && literals ? `'${literals.join("', '")}'` : typeName(type),
  );
  const message = `${name} must be ${oneOf(names)}, not ${shown(error.data)}`;
  return diagnostic('PSPF012', message, { at, hint: typeHint(error, types) });
}

/** The nearest right way to write what was given. */
function typeHint(
  { data, instancePath, parentSchema }: ErrorObject,
  types: readonly string[],
): string | undefined {
  if (instancePath === '') return "A declaration needs 'stream', 'group' and 'payload'.";
  if (types.includes('integer') && typeof data === 'string' && /^\d+$/.test(data)) {
    return 'Remove the quotes.';
  }
  if (typeof data === 'number' && parentSchema?.properties?.maxLength !== undefined) {
    return `Write { maxLength: ${data} }.`;
  }
  if (instancePath === '/payload' && typeof data === 'string') {
    return `For the schema in a file, write { $ref: '${data}' }.`;
  }
  const scalar = typeof data === 'number' || typeof data === 'boolean';
  if (scalar && types.includes('string')) return `For text, put it in quotes: '${data}'.`;
  return describe(parentSchema);
}

function notADuration(name: string, given: unknown, at: Span): Diagnostic {
  const message = `${name} must be a duration like 30s, not ${shown(given)}`;
  return diagnostic('PSPF013', message, { at, hint: durationHint(given) });
}

function isDuration(error: ErrorObject): boolean {
  return error.schemaPath.startsWith('#/definitions/duration');
}

/** What the meta-schema says of a key, with its example. */
function describe(schema: unknown, key?: string): string | undefined {
  if (typeof schema !== 'object' || schema === null || !('description' in schema)) return undefined;
  const first = String(schema.description).replace(/(\w{2}\.) .*$/s, '$1');
  const examples = 'examples' in schema && Array.isArray(schema.examples) ? schema.examples : [];
  if (key === undefined || examples[0] === undefined) return first;
  return `${first.replace(/[.:;]$/, '')}, for example '${key}: ${plain(examples[0])}'.`;
}

/** As YAML in one line. */
function plain(example: unknown): string {
  if (typeof example === 'string') return example;
  const json = JSON.stringify(example).replaceAll('"', '');
  return json.replaceAll(/[{:,]/g, '$& ').replaceAll('}', ' }');
}

function typeName(type: string): string {
  const names: Record<string, string> = {
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    object: 'a mapping',
    array: 'a list',
  };
  return names[type] ?? type;
}

function oneOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}

/** A value as it fits into a message. */
function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 39)}…` : value}'`;
  return String(value);
}

function dotted(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
