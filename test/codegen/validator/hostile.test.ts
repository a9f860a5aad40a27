import { ts } from 'ts-morph';
import { expect, test } from 'vitest';
import { importValidators, lowerPayloads, printModules } from '../../support/validators.js';

// What would be code if any text of a schema were pasted where code stands.
const FLAG = 'pspfHostile';
const TEXTS = [
  `*/ globalThis.${FLAG} = 1 /*`,
  `";globalThis.${FLAG}=1;"`,
  `';globalThis.${FLAG}=1;'`,
  `\`\${globalThis.${FLAG}=1}\``,
  `\\";globalThis.${FLAG}=1;//`,
  `\\\\";globalThis.${FLAG}=1;//`,
  `\\';globalThis.${FLAG}=1;//`,
  `\u2028globalThis.${FLAG}=1\u2029`,
  `\nglobalThis.${FLAG}=1\r\n`,
  `</script><script>globalThis.${FLAG}=1</script>`,
  `]);globalThis.${FLAG}=1;([`,
  `constant0$`,
  '__proto__',
  'constructor',
  'validate0.errors = vErrors',
  '\ud800',
  '$&$`$1',
];

/** A schema that holds a text wherever a schema can hold one. */
function schemaWith(text: string): unknown {
  const own = { [`p-${text}`]: { const: text } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: text,
    title: text,
    description: text,
    examples: [text],
    type: 'object',
    properties: { [text]: { enum: [text, 1, { [text]: [text] }] }, tag: { type: 'string' } },
    required: [text],
    dependentRequired: { [text]: [text] },
    dependentSchemas: { [text]: { required: [text] } },
    anyOf: [
      { title: text, properties: { tag: { const: text } }, required: ['tag'] },
      { title: text, properties: { tag: { const: `${text}2` }, ...own }, required: ['tag'] },
      {
        properties: { tag: { const: 'plain' } },
        additionalProperties: true,
        required: [text, 'tag'],
      },
    ],
    patternProperties: { [`^${asPattern(text)}x$`]: { pattern: asPattern(text) } },
  };
}

function asPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

test.each(TEXTS)('a schema full of %j is data, never code (row 38)', async (text) => {
  const set = lowerPayloads({ hostile: schemaWith(text) });
  const modules = printModules(set);
  const validator = (await importValidators(modules)).get('hostile');
  expect(Reflect.get(globalThis, FLAG)).toBeUndefined();
  const value = JSON.parse(`{${JSON.stringify(text)}: ${JSON.stringify(text)}, "tag": "plain"}`);
  expect(validator?.write(value)).toBe(true);
  expect(validator?.write({ tag: 'plain' })).toBe(text === 'tag');
  expect(validator?.explain({ tag: 'plain' }, 'write')[0]?.pointer).toBe(
    `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  );
  // Names that objects inherit are read in another way; all else differs in nothing but literals.
  if (text in {}) return;
  const harmless = printModules(lowerPayloads({ hostile: schemaWith('no identifier') }));
  expect(syntaxOf(modules)).toEqual(syntaxOf(harmless));
});

/** How often each kind of syntax occurs, a property read counting the same with a dot and with brackets. */
function syntaxOf(modules: ReadonlyMap<string, string>): Record<string, number> {
  const counts: Record<string, number> = {};
  const visit = (node: ts.Node): void => {
    const read = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
    const kind = read ? 'Read' : String(ts.SyntaxKind[node.kind]);
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (read) visit(node.expression);
    else node.forEachChild(visit);
  };
  for (const text of modules.values()) {
    visit(ts.createSourceFile('module.ts', text, ts.ScriptTarget.ES2022));
  }
  return counts;
}

test('printed text has no ajv, require, eval or error bookkeeping', () => {
  const modules = printModules(lowerPayloads({ one: schemaWith('x'), two: { type: 'string' } }));
  for (const text of modules.values()) {
    expect(text).not.toMatch(/ajv|require\(|eval|new Function|vErrors|instancePath|\.errors/);
    expect(text).not.toMatch(/[\u2028\u2029]/);
  }
});
