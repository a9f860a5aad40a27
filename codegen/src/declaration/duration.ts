const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** Beyond this a timer of Node fires at once. */
export const MAX_DURATION: number = 2 ** 31 - 1;

/** Milliseconds of `200ms`, `30s`, `5m`, `2h`. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(0|[1-9]\d*)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS.get(unit ?? '');
  return factor === undefined ? undefined : Number(amount) * factor;
}

/** What somebody who wrote this probably meant. */
export function durationHint(given: unknown): string {
  if (typeof given === 'number' && Number.isInteger(given) && given > 0) {
    return `Give it a unit: ${given}s for seconds, ${given}ms for milliseconds.`;
  }
  const text = typeof given === 'string' || typeof given === 'number' ? `${given}` : '';
  const [, amount = '', word = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)/i.exec(text) ?? [];
  const unit = WORDS.find(([pattern]) => pattern.test(word));
  if (!amount || !unit)
    return 'A duration is a whole number and ms, s, m or h: 200ms, 30s, 5m, 2h.';
  const milliseconds = Math.round(Number(amount) * unit[1]);
  return `Did you mean '${formatDuration(milliseconds)}'?`;
}

const WORDS: readonly (readonly [word: RegExp, factor: number])[] = [
  [/^(ms|msecs?|milli(second)?s?)$/i, 1],
  [/^(s|secs?|seconds?)$/i, 1_000],
  [/^(m|mins?|minutes?)$/i, 60_000],
  [/^(h|hrs?|hours?)$/i, 3_600_000],
  [/^(d|days?)$/i, 86_400_000],
];

/** The shortest way to write it: `90s`, `5m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0ms';
  const [unit, factor] =
    [...UNITS].reverse().find(([, each]) => milliseconds % each === 0) ?? (['ms', 1] as const);
  return `${milliseconds / factor}${unit}`;
}
