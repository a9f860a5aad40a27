import { isAscii, isIdnLabel, isRightToLeft, obeysBidiRule } from './idna.js';
import { decodePunycode, encodePunycode } from './punycode.js';

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const PLAIN = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;
const DOTS = /[.\u3002\uff0e\uff61]/u;
const LONGEST = 253;

/** RFC 1123, section 2.1; labels that begin with `xn--` are the right spelling of right names by RFC 5890. */
export function isHostname(text: string): boolean {
  return text.length <= LONGEST && PLAIN.test(text) && areLabels(text.split('.'));
}

/** RFC 5890: a host name whose labels may be Unicode. */
export function isIdnHostname(text: string): boolean {
  // No name has more than two code units for each octet of its ASCII form.
  return text.length <= 2 * LONGEST && areLabels(text.split(DOTS));
}

function areLabels(labels: readonly string[]): boolean {
  const names: string[] = [];
  let length = labels.length - 1;
  for (const label of labels) {
    const spelling = spell(label);
    if (spelling === undefined) return false;
    length += spelling.ascii.length;
    names.push(spelling.unicode);
  }
  if (length > LONGEST) return false;
  return !names.some(isRightToLeft) || names.every(obeysBidiRule);
}

/** Both spellings of a label; `undefined` where it is none. */
function spell(label: string): { ascii: string; unicode: string } | undefined {
  if (!isAscii(label)) {
    const ascii = `xn--${encodePunycode(label)}`;
    return isIdnLabel(label) && ascii.length <= 63 ? { ascii, unicode: label } : undefined;
  }
  if (!LABEL.test(label)) return undefined;
  const ascii = label.toLowerCase();
  if (!ascii.startsWith('xn--')) return { ascii, unicode: ascii };
  const unicode = decodePunycode(ascii.slice(4));
  if (unicode === undefined || !isIdnLabel(unicode)) return undefined;
  return encodePunycode(unicode) === ascii.slice(4) ? { ascii, unicode } : undefined;
}
