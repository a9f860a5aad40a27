// RFC 3492 with the parameters of its section 5.

const BASE = 36;
const FIRST = 128;
const LARGEST = 0x10ffff;

/** The Unicode text of a Punycode text without its `xn--`; `undefined` where it is none. */
export function decodePunycode(text: string): string | undefined {
  const delimiter = text.lastIndexOf('-');
  const points = [...text.slice(0, Math.max(delimiter, 0))].map((char) => char.charCodeAt(0));
  let code = FIRST;
  let bias = 72;
  let index = 0;
  let position = delimiter < 0 ? 0 : delimiter + 1;
  while (position < text.length) {
    const before = index;
    for (let k = BASE, weight = 1; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(position++));
      if (digit < 0) return undefined;
      index += digit * weight;
      const limit = threshold(k, bias);
      if (digit < limit) break;
      weight *= BASE - limit;
      if (index > LARGEST * 64 || weight > LARGEST * 64) return undefined;
    }
    const count = points.length + 1;
    bias = adapt(index - before, count, before === 0);
    code += Math.floor(index / count);
    index %= count;
    if (code > LARGEST || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    points.splice(index++, 0, code);
  }
  return String.fromCodePoint(...points);
}

/** The Punycode of a text, without `xn--`. */
export function encodePunycode(text: string): string {
  const points = [...text].map((char) => char.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < FIRST);
  let output = String.fromCharCode(...basic);
  if (basic.length > 0) output += '-';
  let done = basic.length;
  let delta = 0;
  let bias = 72;
  for (let code = FIRST; done < points.length; code++) {
    const next = Math.min(...points.filter((point) => point >= code));
    delta += (next - code) * (done + 1);
    code = next;
    for (const point of points) {
      if (point < code) delta++;
      if (point !== code) continue;
      output += variableLength(delta, bias);
      bias = adapt(delta, done + 1, done === basic.length);
      delta = 0;
      done++;
    }
    delta++;
  }
  return output;
}

function variableLength(delta: number, bias: number): string {
  let rest = delta;
  let output = '';
  for (let k = BASE; ; k += BASE) {
    const limit = threshold(k, bias);
    if (rest < limit) return output + charOf(rest);
    output += charOf(limit + ((rest - limit) % (BASE - limit)));
    rest = Math.floor((rest - limit) / (BASE - limit));
  }
}

function threshold(k: number, bias: number): number {
  return Math.min(Math.max(k - bias, 1), 26);
}

function adapt(delta: number, count: number, first: boolean): number {
  let rest = first ? Math.floor(delta / 700) : delta >> 1;
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += BASE) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 22;
  if (code >= 97 && code <= 122) return code - 97;
  return -1;
}

function charOf(digit: number): string {
  return String.fromCharCode(digit < 26 ? digit + 97 : digit + 22);
}
