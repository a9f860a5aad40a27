import { expect, test } from 'vitest';
import { CONTRACT as printed, RUNTIME_MODULE } from '../../codegen/dist/contract.js';
import { CONTRACT as understood } from '../../runtime/dist/definition.js';

test('the generator prints the contract that the runtime understands', () => {
  expect(printed).toBe(understood);
});

test('the module that generated code imports exists', async () => {
  await expect(import(RUNTIME_MODULE)).resolves.toHaveProperty('Stream');
});
