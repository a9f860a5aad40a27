import { type Diagnostic, diagnostic, type Span } from '../diagnostics.js';

/** What the generated files and the class of a declaration are called. */
export interface ModuleName {
  readonly module: string;
  readonly className: string;
}

const SUFFIX = /\.stream\.(?:yaml|yml|json)$/i;

/** Modules that every run makes. */
const OWN_MODULES: ReadonlySet<string> = new Set(['index', '_shared']);

/** Windows has no files of these names, whatever their extension. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Names that generated code uses itself. */
const USED_NAMES: ReadonlySet<string> = new Set([
  ...[
    'Stream',
    'StreamDefinition',
    'StreamOptions',
    'Array',
    'Object',
    'String',
    'Number',
    'Boolean',
  ],
  ...[
    'Symbol',
    'Promise',
    'Error',
    'Map',
    'Set',
    'Date',
    'JSON',
    'Math',
    'Record',
    'Partial',
    'Readonly',
  ],
  ...['ReadonlyArray', 'NonNullable', 'Extract', 'Exclude', 'Omit', 'Pick', 'Infinity', 'NaN'],
]);

export function isDeclarationFile(name: string): boolean {
  return SUFFIX.test(name) && !name.startsWith('.');
}

/** Names by the file's base name: `order-events.stream.yaml` makes `order-events.ts` and `OrderEventsStream`. */
export function nameModule(
  path: string,
  override: string | undefined,
  place: { readonly file: Span; readonly override: Span },
): { readonly name: ModuleName; readonly diagnostics: readonly Diagnostic[] } {
  const module = path.slice(path.lastIndexOf('/') + 1).replace(SUFFIX, '');
  const className = override ?? `${pascalCase(module)}Stream`;
  const diagnostics: Diagnostic[] = [];

  const wrong = moduleProblem(module);
  if (wrong) {
    const hint = `Rename the file, for example to ${suggestion(module)}.stream${path.slice(path.lastIndexOf('.'))}.`;
    diagnostics.push(diagnostic('PSPF020', wrong, { at: place.file, hint }));
  }
  if (override === undefined && !wrong && /^\d/.test(module)) {
    const message = `The class of '${module}' would be called ${className}, and no name begins with a digit`;
    const hint = "Rename the file, or give the class a name with 'class:'.";
    diagnostics.push(diagnostic('PSPF020', message, { at: place.file, hint }));
  }
  if (override !== undefined && !/^[A-Z][A-Za-z0-9_$]*$/.test(override)) {
    const message = `'${override}' is no name for a class`;
    const hint = `A class is named like OrdersStream: a capital letter, then letters and digits.`;
    diagnostics.push(diagnostic('PSPF021', message, { at: place.override, hint }));
  } else if (override !== undefined && USED_NAMES.has(override)) {
    const message = `Generated code needs the name ${override} for something else`;
    const hint = `Call the class ${override}Stream, for example.`;
    diagnostics.push(diagnostic('PSPF021', message, { at: place.override, hint }));
  }
  return { name: { module, className }, diagnostics };
}

function moduleProblem(module: string): string | undefined {
  const named = `A generated file cannot be called '${module}.ts'`;
  if (!/^[A-Za-z0-9_-]*$/.test(module)) {
    return `The file's base name '${module}' has characters other than a-z, A-Z, 0-9, '-' and '_'`;
  }
  if (!/[A-Za-z]/.test(module)) return `The file's base name '${module}' has no letter`;
  if (OWN_MODULES.has(module.toLowerCase())) return `${named}: every run makes a file of that name`;
  if (DEVICES.test(module)) return `${named}: Windows has no such file`;
  return undefined;
}

function suggestion(module: string): string {
  if (OWN_MODULES.has(module.toLowerCase()) || DEVICES.test(module)) {
    return `${module.replace(/^_/, '')}-events`;
  }
  const ascii = module
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-');
  const trimmed = ascii.replace(/^-+|-+$/g, '');
  return /[A-Za-z]/.test(trimmed) ? trimmed : 'orders';
}

function pascalCase(module: string): string {
  return module
    .split(/[-_]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
