import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { Json } from '../../../codegen/dist/schema/dialect.js';
import { evaluate } from '../../support/evaluate.js';
import { refusedByTypes, type Sample } from './agreement.js';
import { lower } from './support.js';

const require = createRequire(import.meta.url);

function read(path: string): Json {
  return JSON.parse(readFileSync(require.resolve(path), 'utf8'));
}

/** Every example payload of GitHub's webhooks. */
function examples(): readonly Json[] {
  const events = read('@octokit/webhooks-examples') as readonly { examples: readonly Json[] }[];
  return events.flatMap((event) => event.examples);
}

test('every webhook payload that the schema accepts is of the type', {
  timeout: 120_000,
}, async () => {
  const set = lower(read('@octokit/webhooks-schemas'));
  const id = set.roots.get('orders') ?? '';
  const samples = examples()
    .filter((value) => evaluate(set, id, value))
    .map((value): Sample => ({ set, id, value }));
  expect(samples).toHaveLength(276);
  expect([...(await refusedByTypes(samples)).values()]).toEqual([]);
});
