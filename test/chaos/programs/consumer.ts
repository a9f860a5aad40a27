// A service that consumes; everything it does stands in its ledger.
import { setTimeout as pause } from 'node:timers/promises';
import { configure, openBackend, RejectError } from '@pspf/runtime';
import { EventsStream } from '../../../.cache/chaos/generated/index.js';
import { openLedger } from '../ledger.js';
import { CLAIM_IDLE, programSettings, READY, RECOVERY } from './settings.js';
import { witness } from './witness.js';

const { name, url, folder } = programSettings();
const ledger = openLedger(folder, name);
const { backend, arrivalOf } = witness(openBackend({ url }), name, ledger);
configure({ backend });

const consumer = EventsStream.consume(
  async ({ account, task, ms }, { origin, attempt }) => {
    const one = { consumer: name, origin, attempt };
    ledger.write({ what: 'started', at: Date.now(), ...one, key: account, ...arrivalOf(origin) });
    await pause(ms);
    const threw = task === 'fail' || task === 'reject' || (task === 'fail-once' && attempt === 1);
    ledger.write({ what: 'ended', at: Date.now(), ...one, outcome: threw ? 'threw' : 'done' });
    if (task === 'reject') throw new RejectError('asked to reject');
    if (threw) throw new Error('asked to fail');
  },
  { name, concurrency: 8, block: 500, claimIdle: CLAIM_IDLE, recovery: RECOVERY },
);

await consumer.ready;
console.log(READY);
