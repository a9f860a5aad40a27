// A service that emits; every answer stands in its ledger. SIGTERM ends it when all answers are there.
import { setTimeout as pause } from 'node:timers/promises';
import { configure, PspfError } from '@pspf/runtime';
import { type ChaosEvent, EventsStream } from '../../../.cache/chaos/generated/index.js';
import { openLedger } from '../ledger.js';
import { between, type Random, seeded } from '../random.js';
import { programSettings, READY } from './settings.js';

/** Events that start together, and milliseconds between two such. */
const BURST = 5;
const EVERY = 50;
/** Emits without an answer yet; nothing more is emitted beyond. */
const OUTSTANDING = 500;

const { name, url, folder, seed } = programSettings();
const ledger = openLedger(folder, name);
const random = seeded(seed);
configure({ url });

let outstanding = 0;
let stopping = false;
process.once('SIGTERM', () => {
  stopping = true;
});

console.log(READY);
for (let number = 0; !stopping; ) {
  for (let n = 0; n < BURST && outstanding < OUTSTANDING; n += 1) {
    void emit(event(`${name}-${number}`, random));
    number += 1;
  }
  await pause(EVERY);
}

async function emit(payload: ChaosEvent): Promise<void> {
  const { id } = payload;
  outstanding += 1;
  try {
    const { origin } = await EventsStream.emit(payload);
    ledger.write({ what: 'emitted', at: Date.now(), id, origin });
  } catch (error) {
    if (!PspfError.is(error)) throw error;
    const { code, maybeWritten } = error;
    ledger.write({ what: 'refused', at: Date.now(), id, code, maybeWritten });
  } finally {
    outstanding -= 1;
  }
}

function event(id: string, random: Random): ChaosEvent {
  // Few accounts, so that many events wait for one of their key.
  return { id, account: `a${between(random, 0, 39)}`, task: task(random()), ms: work(random) };
}

function task(dice: number): ChaosEvent['task'] {
  if (dice < 0.03) return 'fail-once';
  if (dice < 0.04) return 'fail';
  return dice < 0.05 ? 'reject' : 'work';
}

/** Mostly short, now and then long enough to be under way whenever a fault comes. */
function work(random: Random): number {
  return random() < 0.05 ? between(random, 100, 300) : between(random, 0, 20);
}
