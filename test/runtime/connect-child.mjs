// A process of its own for connect.test.ts: what it does is its first argument.
import process from 'node:process';
import { configure, shutdown } from '@pspf/runtime';
import { Stream } from '@pspf/runtime/generated';

const anything = () => true;

class ChildStream extends Stream {
  constructor(options) {
    super(
      {
        contract: 1,
        stream: `child-${process.pid}`,
        group: 'workers',
        retry: { limit: 0, backoff: { initial: 1, factor: 1, max: 1 } },
        dlq: { maxLength: 10 },
        timeout: 10_000,
        retain: 'none',
        fingerprint: '3f1c0a9be2d47756',
        validator: { write: anything, read: anything, explain: () => [] },
      },
      options,
    );
  }
}

async function emit() {
  try {
    await ChildStream.emit({ id: 1 });
    console.log('emitted');
  } catch (error) {
    console.log(error.code);
  }
}

const modes = {
  async emit() {
    configure({ emitDeadline: 500 });
    await emit();
  },

  async configured() {
    configure({ url: process.env.OPTION_URL, emitDeadline: 500 });
    await emit();
  },

  async drain() {
    let last;
    ChildStream.consume(async (_, { signal }) => {
      console.log('handling');
      process.kill(process.pid, 'SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 200));
      console.log(signal.aborted ? 'aborted' : 'handled');
      last = ChildStream.emit({ id: 2 });
      last.then(() => console.log('written'));
    });
    await ChildStream.emit({ id: 1 });
  },

  async inside() {
    const consumer = ChildStream.consume(async () => {
      await shutdown();
      console.log('shut down');
    });
    await ChildStream.emit({ id: 1 });
    await consumer.done;
    console.log(`handled: ${consumer.stats().done}`);
  },
};

await modes[process.argv[2]]();
