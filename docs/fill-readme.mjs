// Fills the marked blocks of README.md from their sources of truth: the meta-schema, the runtime's table of
// options, the example declaration and what is generated from it, the generator's own output.
// `node docs/fill-readme.mjs` writes; with `--check` it only says whether the file is up to date.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Project } from 'ts-morph';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = new Project({ skipAddingFilesFromTsConfig: true });
const read = (path) => readFileSync(`${root}/${path}`, 'utf8');
const fence = (language, text) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const fillers = {
  file: (path) => fence('yaml', read(path)),
  excerpt: (path) => fence('ts', excerpt(read(path))),
  declaration: () => declarationTable(JSON.parse(read('codegen/stream.schema.json'))),
  options: (...interfaces) => optionsTable(interfaces),
  mistake: () => fence('', `$ npx pspf-gen ./streams\n${mistake()}`),
};

/** The part of a generated module that a reviewer reads: without the banner, comments of the definition kept. */
function excerpt(text) {
  return text.slice(text.indexOf('\n\n') + 2);
}

function declarationTable({ properties, required }) {
  const rows = Object.entries(properties)
    .filter(([name]) => name !== '$schema')
    .map(([name, schema]) => [
      `\`${name}\`${required.includes(name) ? ' (required)' : ''}`,
      cell(schema.description),
      schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``,
    ]);
  return table(['key', 'what', 'default'], rows);
}

/** The members of interfaces, named `file#Interface` or `file#Interface.member,member`, by their doc comments. */
function optionsTable(interfaces) {
  const rows = interfaces.flatMap((each) => {
    const [file, name, members] = each.split(/[#.](?!ts)/);
    const source = project.addSourceFileAtPath(join(root, 'runtime/src', file));
    const properties = source.getInterfaceOrThrow(name).getProperties();
    return properties
      .filter((property) => members?.split(',').includes(property.getName()) ?? true)
      .map(optionRow);
  });
  return table(['option', 'what', 'default'], rows);
}

function optionRow(property) {
  const text = property
    .getJsDocs()[0]
    .getDescription()
    .trim()
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ');
  const [, about, value = ''] = /^(.*?)(?: Default:? (.*?)\.?)?$/.exec(text);
  return [`\`${property.getName()}\``, cell(about), cell(value)];
}

/** What the generator says of the example with two slips in it. */
function mistake() {
  const folder = mkdtempSync(join(tmpdir(), 'pspf-readme-'));
  try {
    const slipped = read('streams/orders.stream.yaml')
      .replace('timeout: 30s', 'timeout: 30')
      .replace('format: date-time', 'fromat: date-time')
      .replace('minItems: 1', 'minItems: one');
    mkdirSync(join(folder, 'streams'));
    writeFileSync(join(folder, 'streams/orders.stream.yaml'), slipped);
    return run(folder, './streams');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the generator prints; a run that fails is meant to. */
function run(cwd, ...args) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'codegen/bin/pspf-gen.js'), ...args],
    { cwd, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' } },
  );
  return stdout + stderr;
}

const before = read('README.md');
const after = before.replace(
  /(<!-- fill: (\S+)((?: \S+)*) -->\n)[\s\S]*?(<!-- end -->)/g,
  (_, start, name, args, end) => `${start}${fillers[name](...args.trim().split(' '))}\n${end}`,
);

if (!process.argv.includes('--check')) writeFileSync(`${root}/README.md`, after);
else if (after !== before) {
  console.error('README.md is not up to date: run `npm run docs`');
  process.exitCode = 1;
}
