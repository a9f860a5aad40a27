// npm run chaos [-- --seed N --minutes M --faults 'SIGKILL,CLIENT KILL' --json FILE]: exit 1 where a promise was broken.
import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { audit } from './audit.js';
import { historyOf } from './history.js';
import { readLedger } from './ledger.js';
import { findings, table } from './report.js';
import { run } from './run.js';
import { FAULT_NAMES, type FaultName } from './schedule.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '2' },
    faults: { type: 'string', default: FAULT_NAMES.join() },
    json: { type: 'string' },
  },
});

const folder = await run({
  seed: number('seed'),
  minutes: number('minutes'),
  faults: values.faults.split(',').map(faultName),
  progress: (line) => process.stderr.write(`${line}\n`),
});
const found = audit(historyOf(readLedger(folder)));
console.log(`seed ${values.seed}\n${table(found.rows)}\n${findings(found)}`);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify(found.rows, undefined, 2)}\n`);
}
if (found.violations.length === 0) rmSync(folder, { recursive: true });
else {
  console.log(`The ledgers, and what the processes printed: ${folder}`);
  process.exitCode = 1;
}

function number(name: 'seed' | 'minutes'): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} must be a number from 0 on, not ${values[name]}`);
}

function faultName(text: string): FaultName {
  const known = FAULT_NAMES.find((name) => name === text.trim());
  if (known !== undefined) return known;
  throw new Error(`--faults: there is no ${text}; there are ${FAULT_NAMES.join(', ')}`);
}
