import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parseDuration } from '../../../codegen/dist/declaration/duration.js';
import { DEFAULTS } from '../../../codegen/dist/declaration/read.js';
import { parseSource } from '../../../codegen/dist/source.js';

const schema = JSON.parse(
  readFileSync(new URL('../../../codegen/stream.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv({ strict: false }).compile(schema);

/** Every key of declarations, at any depth, outside of payloads. */
function* keys(
  at: { properties?: Record<string, unknown> },
  path = '',
): Generator<[string, object]> {
  for (const [name, value] of Object.entries(at.properties ?? {})) {
    if (typeof value !== 'object' || value === null) continue;
    yield [`${path}${name}`, value];
    yield* keys(value, `${path}${name}.`);
  }
}

test('describes every key, for the editor that shows it', () => {
  for (const [name, key] of keys(schema)) {
    expect(key, name).toMatchObject({ description: expect.stringMatching(/^.{15,}\.$/s) });
  }
  expect([...Object.keys(schema.properties)]).toEqual(
    '$schema stream class description group key ordering partitions retry dlq timeout retain evolution compatibility versions payload'.split(
      ' ',
    ),
  );
});

test('tells editors the defaults that hold', () => {
  const { retry, dlq, timeout, retain, evolution } = schema.properties;
  const { limit, backoff } = retry.default;
  expect({
    retry: {
      limit,
      backoff: {
        initial: parseDuration(backoff.initial),
        factor: backoff.factor,
        max: parseDuration(backoff.max),
      },
    },
    dlq: { maxLength: dlq.properties.retain.default.maxLength },
    timeout: parseDuration(timeout.default),
    retain: retain.default,
    evolution: evolution.default,
  }).toEqual(DEFAULTS);
});

test('its examples and defaults are right by itself', () => {
  const base = { stream: 'a', group: 'b', payload: true };
  for (const [name, key] of Object.entries<{ examples?: unknown[]; default?: unknown }>(
    schema.properties,
  )) {
    for (const value of [...(key.examples ?? []), ...('default' in key ? [key.default] : [])]) {
      expect([name, value, validate({ ...base, [name]: value })]).toEqual([name, value, true]);
    }
  }
});

test.each(['orders', 'invoices', 'payments'])(
  'the example %s is right by the schema that its editor reads',
  (name) => {
    const path = `streams/${name}.stream.yaml`;
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/node_modules\/pspf-gen\/stream\.schema\.json\n/,
    );
    const { value, diagnostics } = parseSource({ id: path, path, text });
    expect(diagnostics).toEqual([]);
    expect(validate(value?.value), JSON.stringify(validate.errors)).toBe(true);
  },
);
