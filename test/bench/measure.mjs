import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Redis } from 'iovalkey';

/** `--url`, `--messages`, `--rounds` and `--json` of a benchmark's command line. */
export function benchOptions({ messages }) {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'valkey://127.0.0.1:6379' },
      messages: { type: 'string', default: String(messages) },
      rounds: { type: 'string', default: '7' },
      json: { type: 'string' },
    },
  });
  return {
    url: values.url,
    messages: Number(values.messages),
    rounds: Number(values.rounds),
    json: values.json,
  };
}

export async function connect(url) {
  const redis = new Redis(url.replace(/^valkey/, 'redis'), { lazyConnect: true });
  await redis.connect();
  return redis;
}

/**
 * Let contenders do the same work in turns, so that a noisy machine is noisy for all of them, and print what each
 * message cost. The first round warms up. Ratios are taken within each round; of everything the median counts.
 *
 * A contender has `run()`, and may have `prepare()`, which is not measured.
 */
export async function compare(title, contenders, options) {
  const control = await connect(options.url);
  const figures = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const [name, { prepare, run }] of Object.entries(contenders)) {
      await control.flushall();
      await prepare?.();
      const figure = await measure(run, control, options.messages);
      if (round > 0) figures[name].push(figure);
    }
  }
  control.disconnect();
  const names = Object.keys(contenders);
  const ours = names.filter((name) => contenders[name].ours);
  const others = names.filter((name) => !contenders[name].ours);
  const result = {
    title,
    node: process.version,
    cpu: `${os.availableParallelism()} × ${os.cpus()[0]?.model}`,
    messages: options.messages,
    rounds: options.rounds,
    figures: names.map((name) => ({ name, ...medians(figures[name]) })),
    ratios: ours.flatMap((name) =>
      others.map((other) => ({ name, other, ...ratios(figures[name], figures[other]) })),
    ),
  };
  print(result);
  return result;
}

/** What {@link compare} answered, to the file that `--json` names. */
export async function writeJson(results, { json }) {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
}

async function measure(run, control, messages) {
  const serverBefore = await serverMicros(control);
  const before = process.cpuUsage();
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: messages / seconds,
    nodeMicros: (user + system) / messages,
    serverMicros: ((await serverMicros(control)) - serverBefore) / messages,
  };
}

/** CPU time of the server so far. */
async function serverMicros(control) {
  const info = await control.info('cpu');
  const seconds = ['user', 'sys'].map((part) => info.match(`used_cpu_${part}:([0-9.]+)`)?.[1]);
  return seconds.reduce((sum, each) => sum + Number(each), 0) * 1_000_000;
}

function medians(figures) {
  return Object.fromEntries(
    ['perSecond', 'nodeMicros', 'serverMicros'].map((what) => [
      what,
      median(figures.map((figure) => figure[what])),
    ]),
  );
}

function ratios(ours, others) {
  const ratio = (what) => median(ours.map((figure, round) => figure[what] / others[round][what]));
  return { speed: ratio('perSecond'), nodeCpu: ratio('nodeMicros') };
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function print({ title, figures, ratios, node, cpu }) {
  console.log(`\n${title} (Node ${node}, ${cpu})\n`);
  const width = Math.max(...figures.map(({ name }) => name.length));
  const row = (name, ...cells) =>
    console.log([name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join(''));
  row('', 'msg/s', 'Node µs', 'server µs');
  for (const { name, perSecond, nodeMicros, serverMicros } of figures) {
    const rate = Math.round(perSecond).toLocaleString('en');
    row(name, rate, nodeMicros.toFixed(1), serverMicros.toFixed(1));
  }
  console.log();
  for (const { name, other, speed, nodeCpu } of ratios) {
    const against = `${name} / ${other}`;
    console.log(`${against}: ${speed.toFixed(2)} of its speed, ${nodeCpu.toFixed(2)} of its CPU`);
  }
}
