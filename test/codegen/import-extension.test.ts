import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectImportExtension } from '../../codegen/dist/import-extension.js';
import { folder } from './folder.js';

const CASES: readonly (readonly [
  what: string,
  files: Record<string, string>,
  extension: string,
])[] = [
  ['NodeNext', { 'tsconfig.json': '{ "compilerOptions": { "module": "NodeNext" } }' }, '.js'],
  [
    'a bundler',
    { 'tsconfig.json': '{ "compilerOptions": { "moduleResolution": "Bundler" } }' },
    '',
  ],
  ['module preserve', { 'tsconfig.json': '{ "compilerOptions": { "module": "preserve" } }' }, ''],
  [
    '.ts imports',
    {
      'tsconfig.json':
        '{ "compilerOptions": { "allowImportingTsExtensions": true, "moduleResolution": "bundler" } }',
    },
    '.ts',
  ],
  [
    'rewritten .ts imports',
    { 'tsconfig.json': '{ "compilerOptions": { "rewriteRelativeImportExtensions": true } }' },
    '.ts',
  ],
  [
    'comments and trailing commas',
    {
      'tsconfig.json':
        '// a "b"\n{ /* c */ "compilerOptions": { "moduleResolution": "bundler", /* d */ }, // e\n}',
    },
    '',
  ],
  [
    'extends, through a package and a chain',
    {
      'tsconfig.json':
        '{ "extends": ["./base", "@acme/tsconfig/lib.json"], "compilerOptions": { "strict": true } }',
      'base.json': '{ "extends": "./base2.json" }',
      'base2.json': '{ "compilerOptions": { "moduleResolution": "nodenext" } }',
      'node_modules/@acme/tsconfig/lib.json':
        '{ "compilerOptions": { "moduleResolution": "bundler" } }',
    },
    '',
  ],
  [
    'extends that loops',
    { 'tsconfig.json': '{ "extends": "./tsconfig.json", "compilerOptions": {} }' },
    '.js',
  ],
  [
    'a file of references only, and options above',
    {
      'src/tsconfig.json': '{ "files": [], "references": [] }',
      'tsconfig.json': '{ "compilerOptions": { "moduleResolution": "bundler" } }',
    },
    '',
  ],
  ['a tsconfig that cannot be read', { 'tsconfig.json': '{' }, '.js'],
];

test.each(CASES)('imports fit %s', (_, files, extension) => {
  expect(detectImportExtension(join(folder(files), 'src/generated'))).toBe(extension);
});
