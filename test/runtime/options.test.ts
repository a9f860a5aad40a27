import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { OPTIONS } from '../../runtime/dist/options.js';

const UNITS: Record<string, number> = { s: 1_000, Mi: 2 ** 20, MiB: 2 ** 20, '': 1 };

/** What the doc comments of options say, by name: the number behind 'Default'. */
function documented(): Map<string, number> {
  const text = ['options.ts', 'consume/consumer.ts']
    .map((file) => fileURLToPath(new URL(`../../runtime/src/${file}`, import.meta.url)))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const found = text.matchAll(
    /Default ([\d,]+) ?(s|MiB?|)\b[^/]*\*\/\s+readonly (\w+)\??: number/g,
  );
  return new Map(
    [...found].map(([, number = '', unit = '', name = '']) => [
      name,
      Number(number.replaceAll(',', '')) * (UNITS[unit] ?? Number.NaN),
    ]),
  );
}

test('every default that a doc comment states is the one that counts', () => {
  const stated = documented();
  const internal = ['readMargin'];
  const defaults = Object.entries(OPTIONS).filter(([name]) => !internal.includes(name));
  expect(Object.fromEntries(stated)).toEqual(
    Object.fromEntries(defaults.map(([name, option]) => [name, option.default])),
  );
});
