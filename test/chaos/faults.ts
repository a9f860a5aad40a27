import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from './fleet.js';
import type { Injury } from './ledger.js';
import type { FaultName, Step } from './schedule.js';
import type { World } from './world.js';

/** What a fault may excuse, and when it was over. */
export type Damage = Omit<Injury, 'what' | 'fault' | 'recoveredAt'>;

/** With `appendfsync everysec` a server that dies may forget what it did in the second before. */
const AOF_WINDOW = 1_000;

/** Makes a fault; resolves when its cause is over. */
type Fault = (world: World, step: Step) => Promise<Damage>;

export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  SIGKILL: killProcess,
  SIGSTOP: freezeProcess,
  'rolling restart': rollingRestart,
  'CLIENT KILL': killConnections,
  'server SIGKILL': killServer,
  'server pause': pauseServer,
  'network cut': cutNetwork,
};

/** One process dies; a supervisor starts another after a while. */
async function killProcess({ fleet }: World, { dice, lasts }: Step): Promise<Damage> {
  const victim = victimOf([...fleet.of('consumer'), ...fleet.of('producer')], dice);
  const at = Date.now();
  await victim.end('SIGKILL');
  // Others take over what it held whether or not somebody comes in its place.
  const until = Date.now();
  await pause(lasts);
  await fleet.start(victim.role);
  return { at, until, exposed: [victim.name], forgets: 0 };
}

/** One process stands still, and goes on as if nothing had happened. */
async function freezeProcess({ fleet }: World, { dice, lasts }: Step): Promise<Damage> {
  const victim = victimOf(fleet.of('consumer'), dice);
  const at = Date.now();
  victim.freeze();
  await pause(lasts);
  victim.thaw();
  return { at, until: Date.now(), exposed: [victim.name], forgets: 0 };
}

/** Each consumer in turn is asked to stop, and another takes its place. Nothing may be handled twice. */
async function rollingRestart({ fleet }: World, { lasts }: Step): Promise<Damage> {
  const at = Date.now();
  for (const consumer of fleet.of('consumer')) {
    await consumer.end('SIGTERM');
    await pause(lasts);
    await fleet.start('consumer');
  }
  return { at, until: Date.now(), exposed: [], forgets: 0 };
}

/** An operator ends all connections, three times. */
async function killConnections({ ask }: World, { lasts }: Step): Promise<Damage> {
  const at = Date.now();
  for (let round = 0; round < 3; round += 1) {
    await ask((client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
    await pause(lasts);
  }
  return { at, until: Date.now(), exposed: 'all', forgets: 0 };
}

/** The server dies, and comes back with what its append-only file has. */
async function killServer({ server }: World, { lasts }: Step): Promise<Damage> {
  const at = Date.now();
  server.kill('SIGKILL');
  await pause(lasts);
  await server.restart();
  return { at, until: Date.now(), exposed: 'all', forgets: AOF_WINDOW };
}

/** The server stands still with its connections open. */
async function pauseServer({ server }: World, { lasts }: Step): Promise<Damage> {
  const at = Date.now();
  server.kill('SIGSTOP');
  await pause(lasts);
  server.kill('SIGCONT');
  return { at, until: Date.now(), exposed: 'all', forgets: 0 };
}

/** The network loses an answer of each connection, or falls silent on those that are open, or is away. */
async function cutNetwork({ proxy }: World, { dice, lasts }: Step): Promise<Damage> {
  const at = Date.now();
  if (dice < 1 / 3) proxy.cutAtNextAnswer();
  else if (dice < 2 / 3) proxy.freeze();
  else {
    proxy.admit(false);
    proxy.cut();
  }
  await pause(lasts);
  proxy.admit(true);
  if (dice >= 1 / 3) proxy.cut();
  return { at, until: Date.now(), exposed: 'all', forgets: 0 };
}

function victimOf(workers: readonly Worker[], dice: number): Worker {
  const victim = workers[Math.floor(dice * workers.length)];
  if (victim === undefined) throw new Error('no process is left that a fault could hit');
  return victim;
}
