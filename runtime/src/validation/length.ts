/** Whether a string has fewer than `least` code points. */
export function isShorter(text: string, least: number): boolean {
  if (text.length < least) return true;
  return text.length < 2 * least && codePoints(text) < least;
}

/** Whether a string has more than `most` code points. */
export function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  return text.length > 2 * most || codePoints(text) > most;
}

/** Code points of a string; a lone surrogate counts as one. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) {
      count--;
    }
  }
  return count;
}
