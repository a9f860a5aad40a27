import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contentHash } from '../../../codegen/dist/source/content-hash.js';
import { SourceLoader } from '../../../codegen/dist/source/loader.js';

const cwd = mkdtempSync(join(tmpdir(), 'pspf-loader-'));
afterAll(() => rmSync(cwd, { recursive: true }));
mkdirSync(join(cwd, 'streams/schemas'), { recursive: true });
const write = (path: string, content: string | Uint8Array) =>
  writeFileSync(join(cwd, path), content);

write('streams/a.yaml', 'a: 1\n');
write('streams/schemas/money.json', '{ "type": "object" }');
write('streams/bad.yaml', 'a: [\n');
write('streams/latin.yaml', Buffer.from('a: \xe9', 'latin1'));
write('streams/wide.yaml', Buffer.from('\uFEFFa: 1', 'utf16le'));
symlinkSync('schemas/money.json', join(cwd, 'streams/link.json'));

function fresh() {
  const loader = new SourceLoader({ cwd });
  const from = loader.open('streams/a.yaml').value;
  if (!from) throw new Error('the fixture is not there');
  return { loader, from };
}

test('finds a file relative to the one that names it, and shows it relative to the working directory', () => {
  const { loader, from } = fresh();
  const file = loader.load(from, './schemas/money.json').value;
  expect(file?.path).toBe('streams/schemas/money.json');
  expect(file?.value).toEqual({ type: 'object' });
});

test('reads a file once, whatever path leads to it', () => {
  const { loader, from } = fresh();
  const file = loader.load(from, 'schemas/money.json').value;
  expect(loader.load(from, 'link.json').value).toBe(file);
  expect(loader.load(from, '../streams/schemas/money.json').value).toBe(file);
  expect(loader.hashes().size).toBe(2);
});

test.each([
  ['absent.yaml', 'streams/absent.yaml does not exist'],
  ['a.yaml/b.yaml', 'streams/a.yaml/b.yaml does not exist: a part of its path is a file'],
  ['schemas', 'streams/schemas is a directory'],
  ['latin.yaml', 'streams/latin.yaml is not UTF-8'],
  ['wide.yaml', 'streams/wide.yaml is not UTF-8 but UTF-16'],
])('says why %s cannot be read, at the place that names it', (path, message) => {
  const { loader, from } = fresh();
  const at = from.locate('/a', 'value');
  expect(loader.load(from, path, at).diagnostics).toMatchObject([{ code: 'PSPF002', message, at }]);
});

test('remembers files it could not parse: they too are input', () => {
  const { loader, from } = fresh();
  const bad = loader.load(from, 'bad.yaml');
  expect(bad).toMatchObject({ value: undefined, diagnostics: [{ code: 'PSPF003' }] });
  expect(loader.textOf('streams/bad.yaml')).toBe('a: [\n');
  expect([...loader.hashes().values()]).toContain(contentHash('a: [\n'));
});

test('hashes text by its bytes, with CRLF read as LF', () => {
  expect(contentHash(Buffer.from('é\r\nb\n'))).toBe(contentHash('é\nb\n'));
  expect(contentHash('a\rb')).not.toBe(contentHash('a\nb'));
});

test.each([
  ['schemas/mony.json', "Did you mean 'money.json'?"],
  ['schema/money.json', 'There is no directory schema there.'],
  ['schemas/order.json', 'Paths are relative to the file that names them.'],
])('helps to find %s', (path, hint) => {
  const { loader, from } = fresh();
  expect(loader.load(from, path).diagnostics).toMatchObject([{ hint }]);
});
