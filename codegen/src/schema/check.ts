import { type Diagnostic, type DiagnosticCode, diagnostic } from '../diagnostics.js';
import { didYouMean } from '../near.js';
import { type Draft, draftOf, idKeyword, isSince, refHidesSiblings, SCHEMA_URIS } from './draft.js';
import { FORMATS, isFormat } from './formats.js';
import { shown } from './keyword-rules.js';
import { draftsWith, keywordsOf } from './keywords.js';
import { keywordsIn, type SchemaNode } from './node.js';
import { isRecord, pointerTo } from './pointer.js';

/** Everything wrong with one schema, its subschemas aside. */
export function checkSchema(node: SchemaNode): readonly Diagnostic[] {
  if (typeof node.value === 'boolean') return [];
  if (!isRecord(node.value)) return rootFault(node);
  const problems: Diagnostic[] = [];
  for (const [name, value, { rule }] of keywordsIn(node)) {
    for (const fault of rule(value, name)) {
      const pointer = pointerTo(node.pointer, name) + fault.path;
      // A pattern among `patternProperties` is wrong where it is written: at the key.
      const isKey = fault.code !== undefined && name === 'patternProperties';
      const at = node.file.locate(pointer, isKey ? 'key' : 'value');
      problems.push(diagnostic(fault.code ?? 'PSPF038', fault.message, { at, hint: fault.hint }));
    }
    problems.push(...(CHECKS.get(name)?.(node, value, name) ?? []));
  }
  for (const name of Object.keys(node.value)) problems.push(...unused(node, name));
  return problems;
}

/** Subschemas that are none are reported by the rule of the keyword that holds them; a payload is held by none. */
function rootFault(node: SchemaNode): readonly Diagnostic[] {
  if (node.pointer !== node.resource) return [];
  const message = `A schema must be an object, true or false, not ${shown(node.value)}`;
  return [diagnostic('PSPF038', message, { at: node.file.locate(node.pointer, 'value') })];
}

type Check = (node: SchemaNode, value: unknown, keyword: string) => readonly Diagnostic[];

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['$schema', knownDraft],
  ['$id', idWithoutFragment],
  ['enum', someValue],
  ['format', knownFormat],
  ['nullable', nullableType],
  ['required', describedProperties],
  ['$dynamicRef', unsupported('Refer to the schema with $ref.')],
  ['$recursiveRef', unsupported('Refer to the schema with $ref.')],
  ['unevaluatedItems', unsupported('Use prefixItems with items: false.')],
]);

function knownDraft(node: SchemaNode, value: unknown): readonly Diagnostic[] {
  if (typeof value !== 'string' || draftOf(value) !== undefined) return [];
  const message = `$schema ${shown(value)} names no draft of JSON Schema that is known here`;
  const hint = `Choose one of ${SCHEMA_URIS.join(' ')}`;
  return [at(node, 'PSPF041', '$schema', 'value', message, hint)];
}

function idWithoutFragment(node: SchemaNode, value: unknown): readonly Diagnostic[] {
  if (typeof value !== 'string' || !isSince(node.draft, '2019-09') || !/#./.test(value)) return [];
  const message = `$id ${shown(value)} must not have a fragment`;
  return [at(node, 'PSPF038', '$id', 'value', message, 'Write the part after # as $anchor.')];
}

function knownFormat(node: SchemaNode, value: unknown): readonly Diagnostic[] {
  if (typeof value !== 'string' || isFormat(value)) return [];
  const hint = didYouMean(value, FORMATS) ?? `Checked are: ${FORMATS.join(', ')}.`;
  return [warning(node, 'PSPF043', 'format', `The format ${shown(value)} is not checked`, hint)];
}

function someValue(node: SchemaNode, value: unknown): readonly Diagnostic[] {
  if (!Array.isArray(value) || value.length > 0) return [];
  const message = 'enum lists no value, so that nothing is valid here';
  return [warning(node, 'PSPF042', 'enum', message, 'List the values that are allowed.')];
}

function nullableType(node: SchemaNode): readonly Diagnostic[] {
  if (isRecord(node.value) && Object.hasOwn(node.value, 'type')) return [];
  const message = 'nullable says nothing without a type beside it';
  const hint = 'Write it beside the type, or null as one of the types.';
  return [warning(node, 'PSPF042', 'nullable', message, hint)];
}

/** A name that is required and not described, but nearly, is a slip; one that resembles none may be meant so. */
function describedProperties(node: SchemaNode, required: unknown): readonly Diagnostic[] {
  const { properties } = isRecord(node.value) ? node.value : {};
  if (!Array.isArray(required) || !isRecord(properties)) return [];
  const open = Object.keys(properties).filter((name) => !required.includes(name));
  return required.flatMap((name: unknown, index) => {
    if (typeof name !== 'string' || Object.hasOwn(properties, name)) return [];
    const hint = didYouMean(name, open);
    if (hint === undefined) return [];
    const span = node.file.locate(pointerTo(node.pointer, 'required', String(index)), 'value');
    const message = `${shown(name)} is required, and properties does not describe it`;
    return [diagnostic('PSPF049', message, { severity: 'warning', at: span, hint })];
  });
}

function unsupported(hint: string): Check {
  return (node, _value, keyword) => [
    at(node, 'PSPF040', keyword, 'key', `${keyword} is not supported by this version`, hint),
  ];
}

/** Keywords that do nothing here: those of other drafts, those hidden by a `$ref`, and those that do not exist. */
function unused(node: SchemaNode, name: string): readonly Diagnostic[] {
  const { draft, value } = node;
  const known = keywordsOf(draft).has(name);
  if (known && isRecord(value) && refHidesSiblings(draft) && Object.hasOwn(value, '$ref')) {
    if ([...keywordsIn(node)].some(([counted]) => counted === name)) return [];
    const message = `${name} does nothing: in ${draft} a $ref hides the keywords beside it`;
    return [warning(node, 'PSPF044', name, message, 'Put both into an allOf, or use 2020-12.')];
  }
  if (known || /^(x-|ts[A-Z])/.test(name)) return [];
  const { message, hint } = unknownKeyword(name, draft);
  return [warning(node, 'PSPF042', name, message, hint)];
}

function unknownKeyword(name: string, draft: Draft): { message: string; hint: string } {
  if (name === 'id' || name === '$id') {
    return { message: `${name} is no keyword of ${draft}`, hint: `Write ${idKeyword(draft)}.` };
  }
  const instead = INSTEAD.get(name);
  const drafts = draftsWith(name);
  if (drafts.length > 0) {
    const range = drafts.length === 1 ? drafts[0] : `${drafts[0]} to ${drafts.at(-1)}`;
    const message = `${name} does nothing: it is a keyword of ${range}, and this schema is ${draft}`;
    return {
      message,
      hint: instead ?? 'Use the keywords of its draft, or name another in $schema.',
    };
  }
  const meant = didYouMean(name, keywordsOf(draft).keys());
  return {
    message: `${name} is no keyword of JSON Schema and does nothing`,
    hint: instead ?? meant ?? 'Keywords of your own begin with x-.',
  };
}

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['additionalItems', 'Write items; the schemas of the first items stand in prefixItems.'],
  ['example', 'Write examples, a list.'],
  ['optional', 'Properties are optional unless the required list of their object names them.'],
  ['values', 'Did you mean enum?'],
]);

function warning(
  node: SchemaNode,
  code: DiagnosticCode,
  keyword: string,
  message: string,
  hint: string,
): Diagnostic {
  return { ...at(node, code, keyword, 'key', message, hint), severity: 'warning' };
}

function at(
  node: SchemaNode,
  code: DiagnosticCode,
  keyword: string,
  on: 'key' | 'value',
  message: string,
  hint: string,
): Diagnostic {
  const span = node.file.locate(pointerTo(node.pointer, keyword), on);
  return diagnostic(code, message, { at: span, hint });
}
