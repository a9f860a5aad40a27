// IDNA 2008. JavaScript's regular expressions know Unicode's categories and scripts; what they do not know (virama,
// joining types, directions) is listed here, or follows from the blocks that Unicode sets aside for a direction.

/** Whether a text with at least one character beyond ASCII is a U-label (RFC 5891, section 4.2; RFC 5892). */
export function isIdnLabel(label: string): boolean {
  if (label.slice(2, 4) === '--' || label.startsWith('-') || label.endsWith('-')) return false;
  if (/^\p{M}/u.test(label) || label !== label.normalize('NFC')) return false;
  if (isAscii(label)) return false;
  const points = [...label];
  return points.every((char, index) => isValid(char) || fitsContext(char, index, points));
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

// RFC 5892, section 2.6.
const EXCEPTIONALLY_VALID = /^[\u00df\u03c2\u06fd\u06fe\u0f0b\u3007]$/;
const EXCEPTIONALLY_INVALID = /^[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]$/;
const CONTEXTUAL = /^[\u00b7\u0375\u05f3\u05f4\u30fb\u0660-\u0669\u06f0-\u06f9\u200c\u200d]$/;
const LETTER_DIGIT = /^[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]$/u;
// Unstable under NFKC with case folding, or ignorable.
const UNSTABLE = /^[\p{Changes_When_NFKC_Casefolded}\p{Default_Ignorable_Code_Point}]$/u;
// Combining marks for symbols, musical symbols, old Hangul jamo.
const IGNORED_BLOCK =
  /^[\u20d0-\u20ff\u{1d100}-\u{1d24f}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]$/u;

function isValid(char: string): boolean {
  if (/^[a-z0-9-]$/.test(char) || EXCEPTIONALLY_VALID.test(char)) return true;
  if (EXCEPTIONALLY_INVALID.test(char) || CONTEXTUAL.test(char)) return false;
  return LETTER_DIGIT.test(char) && !UNSTABLE.test(char) && !IGNORED_BLOCK.test(char);
}

/** RFC 5892, appendix A. */
function fitsContext(char: string, index: number, label: readonly string[]): boolean {
  const before = label[index - 1] ?? '';
  const after = label[index + 1] ?? '';
  switch (char) {
    case '\u00b7':
      return before === 'l' && after === 'l';
    case '\u0375':
      return /^\p{Script=Greek}$/u.test(after);
    case '\u05f3':
    case '\u05f4':
      return /^\p{Script=Hebrew}$/u.test(before);
    case '\u30fb':
      return label.some((one) =>
        /^[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]$/u.test(one),
      );
    case '\u200d':
      return VIRAMA.test(before);
    case '\u200c':
      return VIRAMA.test(before) || joins(index, label);
    default:
      if (/^[\u0660-\u0669]$/.test(char))
        return !label.some((one) => /^[\u06f0-\u06f9]$/.test(one));
      if (/^[\u06f0-\u06f9]$/.test(char))
        return !label.some((one) => /^[\u0660-\u0669]$/.test(one));
      return false;
  }
}

// Canonical combining class 9.
const VIRAMA =
  /^[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714\u1715\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua82c\ua8c4\ua953\ua9c0\uaaf6\uabed\u{10a3f}\u{11046}\u{11070}\u{1107f}\u{110b9}\u{11133}\u{11134}\u{111c0}\u{11235}\u{112ea}\u{1134d}\u{113ce}-\u{113d0}\u{11442}\u{114c2}\u{115bf}\u{1163f}\u{116b6}\u{1172b}\u{11839}\u{1193d}\u{1193e}\u{119e0}\u{11a34}\u{11a47}\u{11a99}\u{11c3f}\u{11d44}\u{11d45}\u{11d97}\u{11f41}\u{11f42}\u{1612f}]$/u;

// Scripts whose letters join, and of them those that join to the right only, or not at all.
const JOINING =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Mongolian}\p{Script=Phags_Pa}\p{Script=Adlam}\p{Script=Manichaean}\p{Script=Psalter_Pahlavi}\p{Script=Hanifi_Rohingya}\p{Script=Sogdian}\p{Script=Old_Sogdian}\p{Script=Chorasmian}\p{Script=Old_Uyghur}]$/u;
const RIGHT_ONLY =
  /^[\u0622-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef\u0710\u0715-\u0719\u071e\u0728\u072a\u072c\u072f\u074d\u0759-\u075b\u076b\u076c\u0771\u0773\u0774\u0778\u0779\u0840\u0846\u0847\u0849\u0854\u0856-\u0858\u0870-\u0882\u088e\u08aa-\u08ac\u08ae\u08b1\u08b2\u08b9]$/;
const NOT_JOINING = /^[\u0621\u0674\u06fd\u06fe\u08ad\u0887\u0888\u{10ac8}]$/u;
const TRANSPARENT = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Whether a non-joiner parts two letters that would join (RFC 5892, appendix A.1). */
function joins(index: number, label: readonly string[]): boolean {
  const visible = (char: string): boolean => !TRANSPARENT.test(char);
  const before = label.slice(0, index).findLast(visible) ?? '';
  const after = label.slice(index + 1).find(visible) ?? '';
  const isJoining = (char: string): boolean =>
    JOINING.test(char) && /^\p{L}$/u.test(char) && !NOT_JOINING.test(char);
  return isJoining(before) && !RIGHT_ONLY.test(before) && isJoining(after);
}

const RIGHT_TO_LEFT_BLOCK =
  /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]$/u;

type Direction = 'left' | 'right' | 'european' | 'arabic' | 'mark' | 'neutral';

/** Bidi_Class as far as RFC 5893 asks for it; `right` is R and AL. */
function directionOf(char: string): Direction {
  if (/^[\p{Mn}\p{Me}]$/u.test(char)) return 'mark';
  if (/^[0-9\u06f0-\u06f9]$/.test(char)) return 'european';
  if (/^[\u0660-\u0669\u066b\u066c\u06dd]$/.test(char)) return 'arabic';
  if (RIGHT_TO_LEFT_BLOCK.test(char)) return 'right';
  return /^[\p{L}\p{Mc}\p{Nd}\p{Nl}]$/u.test(char) ? 'left' : 'neutral';
}

/** Whether a label makes its name a Bidi domain name. */
export function isRightToLeft(label: string): boolean {
  return [...label].some((char) => ['right', 'arabic'].includes(directionOf(char)));
}

/** RFC 5893, section 2. */
export function obeysBidiRule(label: string): boolean {
  const directions = [...label].map(directionOf);
  const last = directions.findLast((direction) => direction !== 'mark');
  const has = (direction: Direction): boolean => directions.includes(direction);
  if (directions[0] === 'right') {
    if (has('left') || (has('european') && has('arabic'))) return false;
    return last === 'right' || last === 'european' || last === 'arabic';
  }
  if (directions[0] !== 'left' || has('right') || has('arabic')) return false;
  return last === 'left' || last === 'european';
}
