// A service that consumes, as a process of its own: what it does with a message stands in the message.
// Takes one JSON argument; tells what happens on stdout, a line of JSON each; a line on stdin opens gates.

import process from 'node:process';
import { createInterface } from 'node:readline';
import { configure, openBackend, shutdown } from '@pspf/runtime';
import { Stream } from '@pspf/runtime/generated';

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

const backend = openBackend({ url });
const { close } = backend;
backend.close = async () => {
  tell({ what: 'afterwards' });
  await close.call(backend);
};

configure({
  backend,
  logger: { warn: () => {}, error: (line) => tell({ what: 'error', line }) },
  interceptors: [
    {
      observe: ({ type, result }) => {
        if (type === 'settle-refused') tell({ what: type, result });
      },
    },
  ],
});

/** A class as the generator makes it. */
const streamOf = (stream) =>
  class extends Stream {
    constructor(streamOptions) {
      super(
        {
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
        streamOptions,
      );
    }
  };

const consumers = streams.map((stream) =>
  streamOf(stream).consume(async (job, { attempt, id }) => {
    tell({ what: 'start', stream, id: job.id, entry: id, attempt });
    await doings[job.do ?? 'nothing']();
    tell({ what: 'end', stream, id: job.id, entry: id, attempt });
  }, options),
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
  await shutdown();
  input.close();
  process.stdin.destroy();
  tell({ what: 'closed', listeners: process.listenerCount('SIGTERM') });
}
