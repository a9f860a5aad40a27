import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Stream, StreamOptions } from '../../../runtime/dist/stream.js';
import type { PayloadValidator } from '../../../runtime/dist/validation.js';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../../', import.meta.url));

export const SCHEMA_FILE: string = require.resolve('@octokit/webhooks-schemas');

/** A project of a user who declared a stream of every GitHub webhook: what was generated, compiled and imported. */
export interface WebhooksProject {
  readonly Webhooks: new (options?: StreamOptions) => Stream<unknown>;
  readonly validator: PayloadValidator<unknown>;
}

const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    isolatedDeclarations: true,
    declaration: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    target: 'es2022',
    lib: ['es2022', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    rootDir: '.',
    outDir: 'dist',
  },
  include: ['generated', 'program.ts'],
};

// What a user would write: the union narrows by its tags.
const PROGRAM = `import { type Schema, WebhooksStream } from './generated/index.js';

export function told(event: Schema): string {
  if ('pusher' in event) return event.commits.map(({ message }) => message).join();
  return 'answer' in event && event.action === 'answered' ? event.answer.body : '';
}

export async function emit(event: Schema): Promise<string> {
  const { id } = await new WebhooksStream().emit(event);
  return id;
}
`;

/** Below the repository, where \`@pspf/runtime\` resolves. */
export async function generateProject(): Promise<WebhooksProject> {
  const folder = join(root, '.cache', 'webhooks');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'streams'), { recursive: true });
  const schema = '../../../node_modules/@octokit/webhooks-schemas/schema.json';
  writeFileSync(
    join(folder, 'streams', 'webhooks.stream.yaml'),
    `stream: webhooks\ngroup: workers\nevolution: strict\npayload: { $ref: ${schema} }\n`,
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
  await node(folder, join(root, 'codegen/bin/pspf-gen.js'), './streams');
  await node(folder, join(root, 'node_modules/typescript/bin/tsc'), '--project', '.');

  const load = (file: string) => import(pathToFileURL(join(folder, 'dist/generated', file)).href);
  const [{ WebhooksStream }, { validator }] = await Promise.all([
    load('index.js'),
    load('webhooks.validator.js'),
  ]);
  return { Webhooks: WebhooksStream, validator };
}

async function node(cwd: string, ...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, args, { cwd });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${args[0]} failed:\n${stdout}${stderr}`);
  }
}

/** Every example payload of GitHub itself. */
export function examplePayloads(): unknown[] {
  const file = require.resolve('@octokit/webhooks-examples/api.github.com/index.json');
  const events: { examples: unknown[] }[] = JSON.parse(readFileSync(file, 'utf8'));
  return events.flatMap(({ examples }) => examples);
}

/** Run-time ajv, the judge. */
export function judge(): (payload: unknown) => boolean {
  const ajv = new Ajv({ strict: false, ownProperties: true, strictNumbers: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));
  return (payload) => validate(payload) === true;
}
