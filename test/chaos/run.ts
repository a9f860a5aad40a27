import { setTimeout as pause } from 'node:timers/promises';
import { FAULTS } from './faults.js';
import { deadLetters, field, lastId, left, STREAM, settledUpTo, stored } from './group.js';
import { type FaultName, type Step, schedule } from './schedule.js';
import { until } from './until.js';
import { openWorld, type World } from './world.js';

/** Longest time that a recovery may take. */
const PATIENCE = 30_000;

export interface RunSettings {
  readonly seed: number;
  readonly minutes: number;
  readonly faults: readonly FaultName[];
  /** Told of each fault. */
  progress(line: string): void;
}

/**
 * Let the processes work, with one fault after the other: for as long as asked, and at least each fault once.
 * Answers the folder of the ledgers.
 */
export async function run({ seed, minutes, faults, progress }: RunSettings): Promise<string> {
  const end = performance.now() + minutes * 60_000;
  const world = await openWorld(seed);
  try {
    let made = 0;
    for (const step of schedule(seed, faults)) {
      if (made >= faults.length && performance.now() >= end) break;
      await makeFault(world, step, progress);
      made += 1;
    }
    await comeToRest(world);
    return world.folder;
  } finally {
    await world.close();
  }
}

async function makeFault(
  world: World,
  step: Step,
  progress: (line: string) => void,
): Promise<void> {
  await pause(step.calm);
  const damage = await FAULTS[step.fault](world, step);
  const mark = await world.ask(lastId);
  const recovered = await settled(world, mark);
  const recoveredAt = recovered ? Date.now() : undefined;
  world.ledger.write({ what: 'fault', fault: step.fault, ...damage, recoveredAt });
  const seconds = ((Date.now() - damage.until) / 1_000).toFixed(1);
  progress(`${step.fault}: ${recovered ? 'recovered' : 'NOT recovered'} after ${seconds} s`);
}

/** No more is emitted; what is there is handled; the processes end; what the server holds goes to the ledger. */
async function comeToRest(world: World): Promise<void> {
  const { ask, fleet, ledger } = world;
  await Promise.all(fleet.of('producer').map((producer) => producer.end('SIGTERM')));
  const mark = await ask(lastId);
  await settled(world, mark);
  await Promise.all(fleet.of('consumer').map((consumer) => consumer.end('SIGTERM')));
  await ask(async (client) => {
    ledger.write({ what: 'left', ...(await left(client)) });
    for (const entry of await stored(client)) {
      const { id, task } = JSON.parse(field(entry, 'data'));
      ledger.write({ what: 'stored', origin: `${STREAM}/${entry[0]}`, id, task });
    }
    for (const entry of await deadLetters(client)) {
      const origin = `${field(entry, 'dlq:stream')}/${field(entry, 'dlq:id')}`;
      ledger.write({ what: 'dead', origin, reason: field(entry, 'dlq:reason') });
    }
  });
}

/** Answers whether everything up to an entry was settled in time. */
function settled(world: World, mark: string): Promise<boolean> {
  return world.ask((client) => until(() => settledUpTo(client, mark), PATIENCE));
}
