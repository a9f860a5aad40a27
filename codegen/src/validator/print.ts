import { unicodeEscapes } from '../types/literals.js';
import type { CompiledFunction } from './compile.js';
import { CONSTANT, jsonLiteral, literal } from './context.js';
import { formatFunction } from './formats.js';
import { mapCode } from './print-function.js';

export interface StreamModule {
  readonly banner: string;
  readonly own: readonly CompiledFunction[];
  readonly imported: readonly CompiledFunction[];
  /** Specifier of the module that `imported` comes from. */
  readonly shared: string;
  readonly type: { readonly name: string; readonly from: string };
  readonly roots: { readonly write: string; readonly read: string };
  /** The lowered schemas of `own`, as JSON. */
  readonly schemas: string;
  readonly formats: readonly string[];
}

export interface SharedModule {
  readonly banner: string;
  readonly functions: readonly CompiledFunction[];
  readonly schemas: string;
}

const RUNTIME = '@pspf/runtime/generated';

/** A stream's validator: functions, and one typed export. */
export function printStreamModule(module: StreamModule): string {
  const { own, imported, roots, formats } = module;
  const formatNames = formats.map(formatFunction);
  const helpers = new Set([...own.flatMap((one) => one.helpers), ...formatNames]);
  const called = new Set(own.flatMap((one) => one.calls));
  const borrowed = imported
    .filter(({ unit }) => called.has(unit.id) || Object.values(roots).includes(unit.name))
    .map(({ unit }) => unit.name);
  const runtime = ['defineValidator', ...[...helpers].sort(), 'type PayloadValidator'];
  const { constants, functions } = printFunctions(own, '');
  const parts = [
    `write: ${roots.write}`,
    `read: ${roots.read}`,
    `roots: { write: ${literal(roots.write)}, read: ${literal(roots.read)} }`,
    `schemas: [${imported.length > 0 ? 'schemas, ' : ''}${jsonLiteral(module.schemas)}]`,
    ...(formats.length === 0 ? [] : [`formats: { ${formats.map(printFormat).join(', ')} }`]),
  ];
  return lines([
    module.banner,
    '// @ts-nocheck',
    `import { ${runtime.join(', ')} } from ${literal(RUNTIME)};`,
    ...(imported.length === 0
      ? []
      : [`import { ${[...borrowed, 'schemas'].join(', ')} } from ${literal(module.shared)};`]),
    `import type { ${module.type.name} as Payload } from ${literal(module.type.from)};`,
    '',
    ...constants,
    ...functions,
    'export const validator: PayloadValidator<Payload> = defineValidator({',
    ...parts.map((part) => `  ${part},`),
    '});',
  ]);
}

/** What several streams use, each function exported. */
export function printSharedModule({ banner, functions, schemas }: SharedModule): string {
  const helpers = [...new Set(functions.flatMap((one) => one.helpers))].sort();
  const printed = printFunctions(functions, 'export ');
  return lines([
    banner,
    '// @ts-nocheck',
    ...(helpers.length === 0
      ? []
      : [`import { ${helpers.join(', ')} } from ${literal(RUNTIME)};`, '']),
    ...printed.constants,
    ...printed.functions,
    `export const schemas: string = ${jsonLiteral(schemas)};`,
  ]);
}

function printFormat(format: string): string {
  return `${literal(format)}: ${formatFunction(format)}`;
}

/** Functions under their names, with constants named in the order of first use. */
function printFunctions(
  functions: readonly CompiledFunction[],
  before: string,
): { constants: string[]; functions: string[] } {
  const constants: string[] = [];
  const seen = new Set<string>();
  const printed = functions.map(({ unit, body, constants: own }) => {
    if (seen.has(unit.name)) throw new Error(`two functions of one module want ${unit.name}`);
    seen.add(unit.name);
    const named = mapCode(body, (code) =>
      code.replace(CONSTANT, (_, index: string) => {
        const text = own[Number(index)] ?? '';
        const known = constants.indexOf(text);
        return `c${known < 0 ? constants.push(text) - 1 : known}`;
      }),
    );
    return `${before}function ${unit.name}(data: any): boolean ${named}`;
  });
  return {
    constants: constants.map((text, index) => `const c${index} = ${text};`),
    functions: printed,
  };
}

function lines(parts: readonly string[]): string {
  // What hides or reorders what a reader sees can stand in string literals only, where an escape means the same.
  const text = parts.join('\n').replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, unicodeEscapes);
  return `${text}\n`;
}
