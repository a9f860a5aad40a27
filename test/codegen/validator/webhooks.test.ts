import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { beforeAll, expect, test } from 'vitest';
import { compileDefinitions } from '../../../codegen/dist/validator/compile.js';
import { dispatch, isLeaf, type Tree } from '../../../codegen/dist/validator/dispatch.js';
import { formatIssues } from '../../../runtime/dist/validation/message.js';
import { type PayloadValidator, validatePayload } from '../../../runtime/dist/validation.js';
import { importValidators, lowerPayloads, printModules } from '../../support/validators.js';

// All of GitHub's webhooks in one union, with examples: schemas and payloads that nobody here wrote.
const require = createRequire(import.meta.url);
const schema = require('@octokit/webhooks-schemas/schema.json');
const examples: unknown[] = require('@octokit/webhooks-examples/api.github.com/index.json').flatMap(
  (event: { examples: unknown[] }) => event.examples,
);

let validator: PayloadValidator<unknown>;
let ajv: ValidateFunction;
let tags: ReadonlySet<string>;

beforeAll(async () => {
  const lowered = lowerPayloads({ webhooks: schema });
  const printed = (await importValidators(printModules(lowered))).get('webhooks');
  if (printed === undefined) throw new Error('no validator was printed');
  validator = printed;
  tags = tagsOf(lowered);
  const instance = new Ajv({ strict: false, strictNumbers: true, ownProperties: true });
  formats.default(instance);
  ajv = instance.compile(schema);
}, 180_000);

test('every example is judged as ajv judges it', () => {
  const accepted = examples.filter((payload) => validator.write(payload));
  expect(accepted).toEqual(examples.filter((payload) => ajv(payload)));
  expect([accepted.length, examples.length - accepted.length]).toEqual([276, 53]);
  for (const payload of examples.filter((one) => !accepted.includes(one))) {
    expect(validatePayload(validator, payload, 'write')).not.toHaveLength(0);
  }
}, 60_000);

test('of a broken payload, the first issue is at the broken field', () => {
  const accepted = examples.filter((payload) => ajv(payload));
  let exact = 0;
  for (const [index, payload] of accepted.entries()) {
    const { broken, pointer } = breakOne(payload, index);
    const [first] = validatePayload(validator, broken, 'write') ?? [];
    expect(first, `${pointer} is broken`).toBeDefined();
    if (first?.pointer === pointer) exact++;
    else expect(`${pointer}/`, formatIssues(first ? [first] : [])).toContain(`${first?.pointer}/`);
  }
  expect(exact / accepted.length).toBeGreaterThanOrEqual(0.9);
}, 60_000);

/** Names whose values choose a branch of some union. */
function tagsOf(lowered: ReturnType<typeof lowerPayloads>): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (tree: Tree): void => {
    if (isLeaf(tree)) return;
    if ('has' in tree) {
      visit(tree.yes);
      visit(tree.no);
      return;
    }
    names.add(tree.tag);
    for (const next of [tree.other, tree.absent, ...tree.cases.map((one) => one.tree)]) visit(next);
  };
  let count = 0;
  const { units, factsOf } = compileDefinitions(lowered, () => `v_${count++}`);
  for (const { schema: unit } of units.values()) {
    if (typeof unit === 'boolean') continue;
    for (const branches of [unit.anyOf, unit.oneOf]) {
      if (branches !== undefined) visit(dispatch(branches, factsOf).tree);
    }
  }
  return names;
}

interface Field {
  readonly pointer: string;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
}

/** A copy in which one value that is no tag has another type, such that ajv rejects it. */
function breakOne(payload: unknown, seed: number): { broken: unknown; pointer: string } {
  const random = generator(seed);
  const broken: unknown = structuredClone(payload);
  const fields = fieldsBelow(broken, '');
  for (let attempt = 0; attempt < 1000; attempt++) {
    const field = fields[random(fields.length)];
    if (field === undefined) break;
    const others = [null, true, 7, 'zz', [], {}].filter((one) => kind(one) !== kind(field.value));
    field.set(others[random(others.length)]);
    if (!ajv(broken)) return { broken, pointer: field.pointer };
    field.set(field.value);
  }
  throw new Error('found no way to break the payload');
}

function fieldsBelow(value: unknown, pointer: string): Field[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const set = (next: unknown): void => void Reflect.set(value, name, next);
    const own = tags.has(name) ? [] : [{ pointer: at, value: item, set }];
    return [...own, ...fieldsBelow(item, at)];
  });
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Numbers below a bound, the same for the same seed (Park and Miller's generator). */
function generator(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}
