import { type Diagnostic, type Outcome, startOf } from '../diagnostics.js';
import type { SourceLoader } from '../source/loader.js';
import type { SourceFile } from '../source.js';
import { checkAcross } from './across.js';
import type { Declaration } from './declaration.js';
import { discover } from './discover.js';
import { nameModule } from './module-name.js';
import { fields, readDeclaration, text } from './read.js';
import { checkRules } from './rules.js';
import { checkShape } from './shape.js';

/**
 * Every declaration in a directory, checked, sorted by module. Beside diagnostics there are values for what can be
 * made out, so that the stages after this one report what they find in the same run.
 */
export function loadDeclarations(
  dir: string,
  loader: SourceLoader,
): Outcome<readonly Declaration[]> {
  const found = discover(dir);
  const diagnostics: Diagnostic[] = [...found.diagnostics];
  const declarations: Declaration[] = [];
  for (const path of found.value ?? []) {
    const opened = loader.open(path);
    diagnostics.push(...opened.diagnostics);
    if (!opened.value) continue;
    const checked = checkDeclaration(opened.value);
    diagnostics.push(...checked.diagnostics);
    if (checked.value) declarations.push(checked.value);
  }
  diagnostics.push(...checkAcross(declarations));
  const unique = new Map(declarations.reverse().map((each) => [each.module.toLowerCase(), each]));
  const value = [...unique.values()].sort((a, b) => (a.module < b.module ? -1 : 1));
  return { value: found.value && value, diagnostics };
}

/** One file, by itself. */
export function checkDeclaration(file: SourceFile): Outcome<Declaration> {
  const given = fields(file.value);
  const { name, diagnostics } = nameModule(file.path, text(given.class), {
    file: startOf(file.locate('', 'value')),
    override: file.locate('/class', 'value'),
  });
  const shape = checkShape(file);
  const declaration = readDeclaration(file, name);
  const rules = checkRules(declaration);
  return {
    value: given.payload === undefined ? undefined : declaration,
    diagnostics: [...diagnostics, ...shape, ...rules],
  };
}
