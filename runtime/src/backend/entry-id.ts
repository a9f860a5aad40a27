import { PspfError } from '../errors.js';

/** Entry ids are `<ms>-<sequence>`, two 64-bit numbers: compared as numbers, never as text (`T-10` comes after `T-9`). */
export function compareIds(a: string, b: string): number {
  // Nearly always both have as many digits as the other: then the texts compare as the numbers do.
  if (a.length === b.length && a.indexOf('-') === b.indexOf('-')) return compareDigits(a, b);
  const [aMs, aSeq] = split(a);
  const [bMs, bSeq] = split(b);
  return compareDigits(aMs, bMs) || compareDigits(aSeq, bSeq);
}

/**
 * The id behind which a new group begins to read, as XGROUP CREATE takes it: `0` for the beginning, `$` for the end.
 *
 * @throws PspfError `INVALID_OPTION` for anything but `'start'`, `'end'` and entry ids.
 */
export function groupStart(from: string): string {
  if (from === 'start') return '0';
  if (from === 'end') return '$';
  if (/^\d{1,20}-\d{1,20}$/.test(from)) return from;
  throw new PspfError(
    'INVALID_OPTION',
    `A consumer group starts at 'start', 'end' or an entry id such as '1700000000000-0', not at ${JSON.stringify(from)}.`,
  );
}

/** The server's time of the append, in milliseconds since 1970. */
export function idTime(id: string): number {
  return Number(split(id)[0]);
}

function split(id: string): [string, string] {
  const dash = id.indexOf('-');
  return [id.slice(0, dash), id.slice(dash + 1)];
}

/** Decimal digits without leading zeros: the longer number is the larger one. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
