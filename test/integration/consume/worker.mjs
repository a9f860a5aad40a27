// A service that consumes, as a process of its own: what it does with a message stands in the message.
// Takes one JSON argument; tells what happens on stdout, a line of JSON each; a line on stdin opens gates.

import process from 'node:process';
import { createInterface } from 'node:readline';
import { ValkeyStreamBackend } from '../../../runtime/dist/backend/valkey.js';
import { ValkeyConnector } from '../../../runtime/dist/backend/valkey-connector.js';
import { BatchProcessor } from '../../../runtime/dist/consume/batch-processor.js';

const settings = JSON.parse(process.argv[2]);
const { url, streams, options = {}, retry, ownListener = false, stopWhenDone = false } = settings;

const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

let open;
const gate = new Promise((resolve) => {
  open = resolve;
});
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (line === 'open') open();
});
process.stdin.unref?.();

const isJob = (payload) => typeof payload?.id === 'string';

const doings = {
  nothing: () => {},
  wait: () => gate,
  hang: () => new Promise(() => {}),
  crash: () => process.kill(process.pid, 'SIGKILL'),
  fail: () => {
    throw new Error('asked to fail');
  },
};

const afterwards = async () => {
  tell({ what: 'afterwards' });
  await backend.close();
};

const backend = new ValkeyStreamBackend(new ValkeyConnector({ url }));
const consumers = streams.map(
  (stream) =>
    new BatchProcessor({
      backend,
      sources: [{ key: stream, group: 'workers' }],
      destination: { stream, key: stream, address: backend.address },
      definition: {
        contract: 1,
        stream,
        group: 'workers',
        ...(settings.key === undefined ? {} : { key: settings.key }),
        retry: retry ?? { limit: 3, backoff: { initial: 20, factor: 1, max: 20 } },
        dlq: { maxLength: 1_000 },
        timeout: 60_000,
        retain: 'none',
        fingerprint: '0123456789abcdef',
        validator: { write: isJob, read: isJob, explain: () => [] },
      },
      dlq: `{${stream}}:dlq`,
      handler: async (job, { attempt, id, origin }) => {
        tell({ what: 'start', stream, id: job.id, entry: id, attempt, origin });
        await doings[job.do ?? 'nothing']();
        tell({ what: 'end', stream, id: job.id, entry: id, attempt });
      },
      options,
      interceptors: [
        {
          observe: ({ type, result }) => {
            if (type === 'settle-refused') tell({ what: type, result });
          },
        },
      ],
      logger: { warn: () => {}, error: (line) => tell({ what: 'error', line }) },
      afterwards,
    }),
);

if (ownListener) {
  process.on('SIGTERM', () => {
    tell({ what: 'own listener' });
    const poll = setInterval(() => {
      if (process.listenerCount('SIGTERM') > 1) return;
      clearInterval(poll);
      tell({ what: 'library gone' });
      input.close();
      process.stdin.destroy();
      process.exitCode = 7;
    }, 10);
  });
}

await Promise.all(consumers.map(({ ready }) => ready));
tell({ what: 'ready', names: consumers.map(({ name }) => name) });

if (stopWhenDone) {
  await gate;
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  await backend.close();
  input.close();
  process.stdin.destroy();
  tell({ what: 'closed', listeners: process.listenerCount('SIGTERM') });
}
