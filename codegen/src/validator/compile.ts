import ajvCore, { type CodeKeywordDefinition, Name, type Options } from 'ajv/dist/core.js';
import type { DefinitionId, LoweredSet, Schema } from '../schema/dialect.js';
import { constantTable, type FunctionContext } from './context.js';
import { dispatch } from './dispatch.js';
import { type Facts, factsReader } from './facts.js';
import { hoist } from './hoist.js';
import { arrayKeyword } from './keywords/array.js';
import { judge } from './keywords/emit.js';
import { inPlaceKeywords } from './keywords/in-place.js';
import { objectKeyword } from './keywords/object.js';
import { scalarKeywords } from './keywords/scalars.js';
import { type FunctionText, printFunction } from './print-function.js';
import type { Unit, Units } from './unit.js';

/** A definition, or a part of one, as the text of a function. Nothing in it depends on any other. */
export interface CompiledFunction extends FunctionText {
  readonly unit: Unit;
  readonly calls: readonly DefinitionId[];
}

/** Every function of a set, and what they were made from. */
export interface CompiledSet {
  readonly units: Units;
  readonly functions: ReadonlyMap<DefinitionId, CompiledFunction>;
  readonly factsOf: (schema: Schema) => Facts;
}

/**
 * Compile every definition to one boolean function, and the parts that must be judged apart to one each.
 * @param functionName names each definition's function; unique within the module that will hold it
 */
export function compileDefinitions(
  set: LoweredSet,
  functionName: (id: DefinitionId) => string,
): CompiledSet {
  const units = hoist(set, functionName);
  const factsOf = factsReader(units);
  const functions = new Map<DefinitionId, CompiledFunction>();
  for (const unit of units.values()) functions.set(unit.id, compileUnit(unit, units, factsOf));
  return { units, functions, factsOf };
}

// The first error ends a function, so nothing of ajv's own error handling is ever reached; our keywords
// ask about own properties themselves.
const OPTIONS: Options = {
  strict: false,
  strictNumbers: true,
  validateSchema: false,
  meta: false,
  addUsedSchema: false,
  messages: false,
  logger: false,
  ownProperties: false,
  code: { source: true, esm: true, lines: true, optimize: 1 },
};

function compileUnit(
  unit: Unit,
  units: Units,
  factsOf: (schema: Schema) => Facts,
): CompiledFunction {
  const constants = constantTable();
  const calls = new Set<DefinitionId>();
  const context: FunctionContext = {
    unit,
    call(id) {
      calls.add(id);
      return new Name(nameOf(units, id));
    },
    constant: constants.names,
    plain: new Set(),
    factsOf,
    dispatchOf: (branches) => dispatch(branches, factsOf),
  };
  // An instance for each function: its names then depend on nothing compiled before, and nothing is kept.
  const ajv = new ajvCore.default(OPTIONS);
  for (const keyword of [definitionKeyword(unit), ...keywords(context)]) ajv.addKeyword(keyword);
  // The schema itself is never shown to ajv: no id, no comment, no copy of it can be printed.
  const source = ajv.compile({ definition: true }).source?.validateCode;
  if (source === undefined) throw new Error(`ajv printed no code for ${unit.name}`);
  const names = [...calls].map((id) => nameOf(units, id));
  return {
    unit,
    calls: [...calls],
    ...printFunction({ name: unit.name, source, constants: constants.texts, calls: names }),
  };
}

/** In the order in which they run. */
function keywords(context: FunctionContext): CodeKeywordDefinition[] {
  return [
    ...scalarKeywords(context),
    objectKeyword(context),
    arrayKeyword(context),
    ...inPlaceKeywords(context),
  ];
}

/** Wraps the whole schema: every failing check below it returns false, so at its end the value is valid. */
function definitionKeyword(unit: Unit): CodeKeywordDefinition {
  return {
    keyword: 'definition',
    code(cxt) {
      judge(cxt, unit.schema, cxt.it.data);
      cxt.gen.return(true);
    },
  };
}

function nameOf(units: Units, id: DefinitionId): string {
  const unit = units.get(id);
  if (unit === undefined) throw new Error(`call of a definition that is not in the set: ${id}`);
  return unit.name;
}
