import { isIpv4, isIpv6 } from './addresses.js';

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const QUOTED = '"(?:[ !#-[\\]-~]|\\\\[ -~])*"';
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const EMAIL = emailPattern(ATOM, QUOTED, LABEL);

// RFC 6531 adds every character beyond ASCII to atoms, quoted strings and labels.
const IDN_EMAIL = emailPattern(
  "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+",
  '"(?:[ !#-[\\]-~\\u0080-\\uffff]|\\\\[ -~])*"',
  '[A-Za-z0-9\\u0080-\\uffff](?:[A-Za-z0-9\\u0080-\\uffff-]*[A-Za-z0-9\\u0080-\\uffff])?',
);

/** RFC 5321, section 4.1.2, `Mailbox`. */
export function isEmail(text: string): boolean {
  return isMailbox(text, EMAIL);
}

/** RFC 6531, section 3.3. */
export function isIdnEmail(text: string): boolean {
  return isMailbox(text, IDN_EMAIL);
}

function emailPattern(atom: string, quoted: string, label: string): RegExp {
  return new RegExp(
    `^(?:${atom}(?:\\.${atom})*|${quoted})@(?:(${label}(?:\\.${label})*)|\\[([^\\]]*)\\])$`,
  );
}

function isMailbox(text: string, pattern: RegExp): boolean {
  const at = text.lastIndexOf('@');
  if (at > 64 && new TextEncoder().encode(text.slice(0, at)).length > 64) return false;
  const [, domain, literal] = pattern.exec(text) ?? [];
  if (domain !== undefined) {
    return domain.length <= 255 && domain.split('.').every((label) => label.length <= 63);
  }
  if (literal === undefined) return false;
  return /^IPv6:/i.test(literal) ? isIpv6(literal.slice(5)) : isIpv4(literal);
}
