import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { ts } from 'ts-morph';
import { expect, onTestFinished, test } from 'vitest';
import { generate } from '../../../codegen/dist/generate.js';
import { SourceLoader } from '../../../codegen/dist/source/loader.js';
import { type PayloadValidator, validatePayload } from '../../../runtime/dist/validation.js';
import { folder } from '../folder.js';
import { declare, type TextAt } from './hostile-declaration.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const CANARY = 'pspfCanary';
const ATTACK = `globalThis.${CANARY} = 1`;

const FRAGMENTS = [
  ...[
    '*/',
    '/*',
    '//',
    '`',
    '"',
    "'",
    '\\',
    '\\u0022',
    '\n',
    '\r\n',
    '\t',
    '\u2028',
    '\u2029',
    '\0',
  ],
  ...[`\${${ATTACK}}`, `*/${ATTACK};/*`, `";${ATTACK};"`, `');${ATTACK};('`, `\n${ATTACK}\n`],
  ...[
    '</script><script>',
    '<!--',
    '-->',
    '{{canary}}',
    '{{{constructor}}}',
    '{{/each}}',
    '{{> x}}',
  ],
  ...[
    '__proto__',
    'constructor',
    '$&',
    '$1',
    '$`',
    "$'",
    '__pspf_t0',
    '@ts-ignore',
    '\u202E',
    '😀',
  ],
  ...['\uD800', '\uFEFF', 'class', 'String', '0', ' '],
];

const hostile = fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 5 });

test('whatever texts a declaration holds, the code has the same structure and runs none of them', async () => {
  const cache = cacheFolder();
  const harmless = await made((place) => `${place} text`);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(hostile), async (texts) => {
      const { files, payload } = await made(remembered(texts));
      expect([...files.keys()]).toEqual([...harmless.files.keys()]);
      for (const [name, code] of files) {
        const same = structure(code) === structure(harmless.files.get(name) ?? '');
        expect(same, `${name} has another structure:\n${code}`).toBe(true);
        expect(code).not.toMatch(/(?![\n\t])[\p{Cc}\u2028\u2029\u202E]/u);
      }
      run += 1;
      const { validator, instance } = await imported(files, join(cache, `run${run}`));
      expect(validatePayload(validator, payload, 'write')).toBeUndefined();
      expect(validatePayload(validator, { ...payload, union: 1 }, 'read')).toHaveLength(1);
      expect(instance.constructor.name).toBe('OddStream');
      expect(Reflect.get(globalThis, CANARY)).toBeUndefined();
    }),
    { numRuns: 20 },
  );
  expect(typeErrors(cache)).toBe('');
});

test('names that every object has are names like others', async () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ];
  for (const name of names) {
    const { files, payload } = await made((place) =>
      /^(?:key|inner|definition)$/.test(place) ? name : place,
    );
    const { validator } = await imported(files, join(cacheFolder(), 'run'));
    const valid: Record<string, unknown> = JSON.parse(JSON.stringify(payload));
    expect(validatePayload(validator, valid, 'write'), name).toBeUndefined();
    delete valid[name];
    expect(validatePayload(validator, valid, 'write')).toMatchObject([
      { pointer: `/${name}`, keyword: 'required' },
    ]);
  }
});

test('a directory may be called anything', async () => {
  const name = `*\u2028 ${ATTACK}\n'"\`{{x}}`;
  const { files } = await made((place) => place, name);
  for (const code of files.values()) {
    const [statement] = ts.createSourceFile('x.ts', code, ts.ScriptTarget.ES2022).statements;
    expect(code.slice(0, statement?.getFullStart())).not.toContain(ATTACK);
    expect(['ImportDeclaration', 'ExportDeclaration']).toContain(
      ts.SyntaxKind[statement?.kind ?? ts.SyntaxKind.Unknown],
    );
  }
});

/** The same text whenever the same place is asked about. */
function remembered(texts: Iterator<readonly string[]>): TextAt {
  const known = new Map<string, string>();
  return (place) => {
    const text = known.get(place) ?? `${place} ${texts.next().value?.join('')}`;
    known.set(place, text);
    return text;
  };
}

/** The files of a declaration with these texts, and a payload that is valid by it. */
async function made(text: TextAt, streams = 'streams') {
  const { declaration, payload } = declare(text);
  const cwd = folder({ [`${streams}/odd.stream.json`]: JSON.stringify(declaration) });
  const { value, diagnostics } = await generate({
    dir: join(cwd, streams),
    out: join(cwd, 'generated'),
    importExtension: '.js',
    loader: new SourceLoader(),
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { files: value?.files ?? new Map<string, string>(), payload };
}

/**
 * The kinds of all nodes of each statement: what is left when all names and texts are taken out. Statements are sorted,
 * because their order may follow names.
 */
function structure(code: string): string {
  const file = ts.createSourceFile('x.ts', code, ts.ScriptTarget.ES2022);
  const kinds = (node: ts.Node): string => {
    const children: string[] = [];
    ts.forEachChild(node, (child) => {
      children.push(kinds(child));
    });
    return `${ts.SyntaxKind[node.kind]}(${children.join()})`;
  };
  return file.statements.map(kinds).sort().join('\n');
}

/** Below the repository, where `@pspf/runtime` resolves; gone after the test. */
function cacheFolder(): string {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const path = mkdtempSync(join(root, 'node_modules/.cache/pspf-hostile-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }');
  return path;
}

/** Every module, imported as a user's build would make it: types erased, then Node. */
async function imported(
  files: ReadonlyMap<string, string>,
  path: string,
): Promise<{ validator: PayloadValidator<unknown>; instance: object }> {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  mkdirSync(path);
  for (const [name, code] of files) {
    const { outputText } = ts.transpileModule(code, { compilerOptions });
    writeFileSync(join(path, name), code);
    writeFileSync(join(path, name.replace(/\.ts$/, '.js')), outputText);
  }
  const load = (name: string) => import(pathToFileURL(join(path, name)).href);
  const { OddStream } = await load('index.js');
  return { validator: (await load('odd.validator.js')).validator, instance: new OddStream() };
}

/** What the compiler says of every module in a folder. */
function typeErrors(path: string): string {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, isolatedDeclarations: true, declaration: true },
    ...{ erasableSyntaxOnly: true, verbatimModuleSyntax: true, exactOptionalPropertyTypes: true },
    ...{ target: 'es2022', lib: ['es2022', 'esnext.disposable'], module: 'nodenext' },
    types: ['node'],
  };
  writeFileSync(join(path, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return execFileSync(process.execPath, [tsc, '-p', path, '--pretty', 'false'], {
      encoding: 'utf8',
    });
  } catch (error) {
    return String(error instanceof Error && 'stdout' in error ? error.stdout : error);
  }
}
