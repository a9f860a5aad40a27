import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LedgerRecord, openLedger, readLedger } from './ledger.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pspf-ledger-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const record = (id: string): LedgerRecord => ({
  what: 'emitted',
  at: 1,
  id,
  origin: `events/${id}`,
});

test('what several processes wrote is read at once, while they write', () => {
  const [a, b] = [openLedger(folder, 'a'), openLedger(folder, 'b')];
  a.write(record('1-0'));
  b.write(record('2-0'));
  a.write(record('3-0'));
  expect(readLedger(folder)).toEqual([record('1-0'), record('3-0'), record('2-0')]);
  a.close();
  b.close();
});

test('a line that a killed process left unfinished is left out', () => {
  const ledger = openLedger(folder, 'a');
  ledger.write(record('1-0'));
  ledger.close();
  appendFileSync(join(folder, 'a.ledger'), '{"what":"emit');
  expect(readLedger(folder)).toEqual([record('1-0')]);
});
