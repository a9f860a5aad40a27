import { expect, test } from 'vitest';
import { defineValidator } from '../../../runtime/dist/validation/define-validator.js';
import type { LoweredObject } from '../../../runtime/dist/validation/lowered.js';
import { formatIssues } from '../../../runtime/dist/validation/message.js';
import { type PayloadValidator, validatePayload } from '../../../runtime/dist/validation.js';

const item: LoweredObject = {
  type: 'object',
  required: true,
  additionalProperties: false,
  properties: [
    ['sku', { type: 'string', minLength: 1 }],
    ['quantity', { type: 'integer', minimum: 1 }],
  ],
};

const order: LoweredObject = {
  type: 'object',
  required: ['id', 'items'],
  additionalProperties: false,
  properties: [
    ['id', { type: 'string' }],
    ['items', { type: 'array', minItems: 1, rest: item }],
    ['currency', { enum: ['EUR', 'USD'] }],
    ['placedAt', { type: 'string', format: 'even' }],
    ['payment', { call: 'v_payment' }],
  ],
};

const payment: LoweredObject = {
  unions: [
    {
      keyword: 'oneOf',
      branches: [{ call: 'v_card' }, { call: 'v_bank' }, { type: 'null' }],
      labels: ['Card', 'Bank', null],
      kinds: { null: [2] },
      tree: {
        tag: 'kind',
        cases: [
          [['bank'], [1]],
          [['card'], [0]],
        ],
        other: [],
        absent: [],
      },
    },
  ],
};

const card: LoweredObject = {
  type: 'object',
  required: true,
  properties: [
    ['kind', { enum: ['card'] }],
    ['number', { type: 'string', pattern: '^[0-9]+$' }],
  ],
};

/** A validator that refuses everything; what its explanation says is the matter here. */
function refusing(root: LoweredObject = order): PayloadValidator<unknown> {
  return defineValidator({
    write: () => false,
    read: () => true,
    roots: { write: 'root', read: 'root' },
    schemas: [
      JSON.stringify({ root, v_payment: payment }),
      JSON.stringify({ v_card: card, v_bank: { type: 'object' } }),
    ],
    formats: { even: (text) => text.length % 2 === 0 },
  });
}

function message(payload: unknown, root?: LoweredObject): string {
  return formatIssues(validatePayload(refusing(root), payload, 'write') ?? []);
}

const good = { id: 'o-1', items: [{ sku: 'a', quantity: 1 }] };

test.each([
  [5, 'the payload must be an object, got 5'],
  [{ ...good, items: [] }, '/items must be an array of at least 1 item, got an empty array'],
  [
    { ...good, items: [{ sku: 'a', quantity: 0 }] },
    '/items/0/quantity must be an integer ≥ 1, got 0',
  ],
  [
    { ...good, items: [{ sku: '', quantity: 1 }] },
    '/items/0/sku must be a string of at least 1 character, got ""',
  ],
  [
    { ...good, items: [{ sku: 'a', quantiy: 1 }] },
    '/items/0/quantity is required: an integer ≥ 1; /items/0/quantiy is not a known field (did you mean quantity?)',
  ],
  [{ items: good.items }, '/id is required: a string'],
  [
    { ...good, currency: 'EURO' },
    '/currency must be one of "EUR", "USD" (did you mean "EUR"?), got "EURO"',
  ],
  [{ ...good, placedAt: 'odd' }, '/placedAt must be a string in the format even, got "odd"'],
  [
    { ...good, payment: { kind: 'cart' } },
    '/payment/kind must be one of "bank", "card" (did you mean "card"?), got "cart"',
  ],
  [{ ...good, payment: { iban: 'x' } }, '/payment/kind is required: one of "bank", "card"'],
  [
    { ...good, payment: { kind: 'card', number: 'x' } },
    '/payment/number must be a string matching /^[0-9]+$/, got "x" (as Card)',
  ],
  [{ ...good, payment: 5 }, '/payment must be an object or null, got 5'],
  [{ ...good, 'a/b~c': 1 }, '/a~1b~0c is not a known field'],
])('%j: %s', (payload, expected) => {
  expect(message(payload)).toBe(expected);
});

test('a long value is shortened, never in the middle of a character', () => {
  const issues = validatePayload(
    refusing(),
    { ...good, currency: '\u{1f600}'.repeat(1e6) },
    'write',
  );
  const actual = issues?.[0]?.actual ?? '';
  expect(actual.length).toBeLessThanOrEqual(40);
  expect(actual).not.toMatch(/\p{Surrogate}/u);
  expect(actual).toMatch(/^"\u{1f600}+…"$/u);
});

test('values can be hidden', () => {
  const payload = { ...good, currency: 'secret' };
  const issues = validatePayload(refusing(), payload, 'write', { hideActual: true });
  expect(JSON.stringify(issues)).not.toContain('secret');
  expect(issues).toEqual([
    { pointer: '/currency', keyword: 'enum', expected: 'one of "EUR", "USD"' },
  ]);
});

test('at most 20 issues are looked for, and a message names the first five', () => {
  const payload = { ...good, items: Array.from({ length: 1_000 }, () => 5) };
  const issues = validatePayload(refusing(), payload, 'write') ?? [];
  expect(issues).toHaveLength(20);
  expect(formatIssues(issues)).toMatch(/^\/items\/0 must be .*; and 15 more$/);
});

test('the end that does not refuse has no issues', () => {
  expect(validatePayload(refusing(), 5, 'read')).toBeUndefined();
});

test('a refusal without a reason is told as a bug of ours', () => {
  expect(message(good)).toContain('bug in pspf');
});

test('data nested too deeply for the stack is invalid', () => {
  const definitions: LoweredObject = { rest: { call: 'root' } };
  const validator = defineValidator({
    write: function nested(data: unknown): boolean {
      return !Array.isArray(data) || data.every(nested);
    },
    read: () => true,
    roots: { write: 'root', read: 'root' },
    schemas: [JSON.stringify({ root: definitions })],
  });
  let payload: unknown = [];
  for (let depth = 0; depth < 1_000_000; depth++) payload = [payload];
  expect(validatePayload(validator, payload, 'write')?.[0]?.keyword).toBe('depth');
});

test('two alternatives at once are named', () => {
  const root: LoweredObject = {
    unions: [
      {
        keyword: 'oneOf',
        branches: [{ call: 'v_bank' }, true],
        labels: ['Bank', null],
        kinds: {},
        tree: [0, 1],
      },
    ],
  };
  expect(message({}, root)).toBe(
    'the payload must be only one of Bank or alternative 2, not several at once, got an empty object',
  );
});
