import { expect, test } from 'vitest';
import { EXPLANATIONS } from '../../../codegen/dist/commands/explanations.js';
import { DIAGNOSTICS } from '../../../codegen/dist/diagnostics.js';

test('every code is explained, in lines that fit a terminal', () => {
  expect(Object.keys(EXPLANATIONS).sort()).toEqual(Object.keys(DIAGNOSTICS).sort());
  for (const [code, text] of Object.entries(EXPLANATIONS)) {
    expect(text.trim().length, code).toBeGreaterThan(60);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(125);
  }
});
