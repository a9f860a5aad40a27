import { expect, test } from 'vitest';
import type { Json, LoweredSet } from '../../../codegen/dist/schema/dialect.js';
import { evaluate } from '../../support/evaluate.js';
import { printsOf, refusedByTypes, type Sample } from './agreement.js';
import { compile } from './compile.js';
import { Dice, randomSet, randomValue, valueFor } from './random.js';

const SEED = 20_261_125;
const SETS = 150;
const VALUES = 20;

/** Whether the schema accepts the value; nothing where a schema that leads back to itself has no answer. */
function accepts(set: LoweredSet, value: Json): boolean | undefined {
  try {
    return evaluate(set, 'Root', value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function randomSamples(): readonly Sample[] {
  const samples: Sample[] = [];
  for (let index = 0; index < SETS; index += 1) {
    const dice = new Dice(SEED + index * 7_919);
    const set = randomSet(dice);
    const root = set.definitions.get('Root')?.schema ?? true;
    const values = Array.from({ length: VALUES }, () =>
      dice.chance(3) ? randomValue(dice) : valueFor(dice, set, root),
    );
    const unique = new Map(values.map((value) => [JSON.stringify(value), value]));
    for (const value of unique.values()) {
      if (accepts(set, value)) samples.push({ set, id: 'Root', value });
    }
  }
  return samples;
}

test('every value that a random schema accepts is of its type', { timeout: 120_000 }, async () => {
  const samples = randomSamples();
  expect(samples.length).toBeGreaterThan(700);
  const refused = await refusedByTypes(samples);
  const shown = [...refused].slice(0, 5).map(([{ set, value }, message]) => ({
    message,
    value: JSON.stringify(value),
    schemas: JSON.stringify(
      [...set.definitions.values()].map(({ id, schema }) => [id, schema]),
      withoutPlaces,
    ),
  }));
  expect(shown).toEqual([]);
});

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'at' ? undefined : value;
}

test.each([
  ['none', ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess']],
  ['index', ['--exactOptionalPropertyTypes']],
] as const)(
  'types of random schemas compile: open objects %s, %s',
  { timeout: 120_000 },
  async (openObjects, flags) => {
    const sets = Array.from({ length: SETS }, (_, index) => randomSet(new Dice(index)));
    const texts = await Promise.all(
      sets.map((set, index) => printsOf(set, `S${index}_`, { openObjects })),
    );
    expect(await compile({ 'types.ts': texts.join('\n') }, flags)).toEqual([]);
  },
);
