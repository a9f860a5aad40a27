import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { discover } from '../../../codegen/dist/declaration/discover.js';
import { folder } from '../folder.js';

const found = (dir: string) => discover(dir).value?.map((path) => path.slice(dir.length + 1));
const problems = (dir: string) =>
  discover(dir).diagnostics.map(({ code, message, hint }) => [code, message, hint]);

test('finds declarations in all folders, in one order on every machine', () => {
  const dir = folder({
    'b.stream.yml': '',
    'a.stream.yaml': '',
    'Z.stream.json': '',
    'shop/c.stream.yaml': '',
    'shop/D.Stream.YAML': '',
    'schemas/money.yaml': '',
    'node_modules/x/d.stream.yaml': '',
    '.cache/e.stream.yaml': '',
    '.f.stream.yaml': '',
    'orders.stream.toml': '',
  });
  expect(found(dir)).toEqual([
    'Z.stream.json',
    'a.stream.yaml',
    'b.stream.yml',
    'shop/D.Stream.YAML',
    'shop/c.stream.yaml',
  ]);
});

test('follows links once, however they loop', () => {
  const dir = folder({ 'a/a.stream.yaml': '', 'elsewhere/b.stream.yaml': '' });
  symlinkSync('..', join(dir, 'a/up'));
  symlinkSync('itself', join(dir, 'itself'));
  symlinkSync('../elsewhere', join(dir, 'a/link'));
  expect(found(join(dir, 'a'))).toEqual(['a.stream.yaml', 'link/b.stream.yaml']);
});

test('a link that leads nowhere is a declaration that cannot be read, not one that is not there', () => {
  const dir = folder({ 'a.stream.yaml': '' });
  symlinkSync('nowhere.yaml', join(dir, 'b.stream.yaml'));
  expect(found(dir)).toEqual(['a.stream.yaml', 'b.stream.yaml']);
});

test('says what is wrong with the directory itself', () => {
  const dir = folder({ 'orders.yaml': '', 'empty/.keep': '', 'some/order-streams.json': '' });
  expect(problems(join(dir, 'absent'))).toEqual([
    ['PSPF001', `There is no directory ${dir}/absent`, expect.stringContaining('*.stream.yaml')],
  ]);
  expect(problems(join(dir, 'orders.yaml'))).toEqual([
    ['PSPF001', `${dir}/orders.yaml is a file, not a directory`, expect.any(String)],
  ]);
  expect(problems(join(dir, 'empty'))).toEqual([
    [
      'PSPF001',
      `No declaration (*.stream.yaml) in ${dir}/empty`,
      expect.stringContaining('orders.stream.yaml'),
    ],
  ]);
  expect(problems(join(dir, 'some'))[0]?.[2]).toBe(
    'There is order-streams.json: a declaration is called like order.stream.yaml.',
  );
});
