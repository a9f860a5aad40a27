import { isIpv6 } from './addresses.js';

const UNRESERVED = 'A-Za-z0-9\\-._~';
const SUB_DELIMITERS = "!$&'()*+,;=";
const PERCENT = '%[0-9A-Fa-f]{2}';
// RFC 3987, section 2.2: `ucschar` and `iprivate`.
const UCS =
  '\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}' +
  Array.from({ length: 14 }, (_, plane) => {
    const from = plane === 13 ? 'e1000' : `${(plane + 1).toString(16)}0000`;
    return `\\u{${from}}-\\u{${(plane + 1).toString(16)}fffd}`;
  }).join('');
const PRIVATE = '\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}';

/** The grammar of RFC 3986, section 3, with further characters where RFC 3987 adds them. */
function grammar(more: string, inQuery: string, flags: string): { full: RegExp; relative: RegExp } {
  const char = (extra: string): string =>
    `(?:[${UNRESERVED}${SUB_DELIMITERS}${more}${extra}]|${PERCENT})`;
  const host = `(?:\\[([^\\]]*)\\]|${char('')}*)`;
  const authority = `(?:${char(':')}*@)?${host}(?::[0-9]*)?`;
  const path = `${char(':@/')}*`;
  const rooted = `//${authority}(?:/${path})?|/(?!/)${path}`;
  const tail = `(?:\\?${char(`:@/?${inQuery}`)}*)?(?:#${char(':@/?')}*)?$`;
  return {
    full: new RegExp(
      `^[A-Za-z][A-Za-z0-9+.\\-]*:(?:${rooted}|${char(':@')}${path})?${tail}`,
      flags,
    ),
    // The first segment of a relative path has no colon: it would be a scheme.
    relative: new RegExp(`^(?:${rooted}|${char('@')}+(?:/${path})?)?${tail}`, flags),
  };
}

const uri = grammar('', '', '');
const iri = grammar(UCS, PRIVATE, 'u');

// What nearly all are, in one pass without a choice to come back to.
const COMMON_URI = /^https?:\/\/[A-Za-z0-9.-]+(?::[0-9]+)?(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*)?$/;

/** RFC 3986: with a scheme. */
export function isUri(text: string): boolean {
  return COMMON_URI.test(text) || fits(text, uri.full);
}

/** RFC 3986, section 4.1: with or without a scheme. */
export function isUriReference(text: string): boolean {
  return isUri(text) || fits(text, uri.relative);
}

/** RFC 3987: with a scheme. */
export function isIri(text: string): boolean {
  return COMMON_URI.test(text) || fits(text, iri.full);
}

/** RFC 3987: with or without a scheme. */
export function isIriReference(text: string): boolean {
  return isIri(text) || fits(text, iri.relative);
}

const FUTURE_ADDRESS = new RegExp(`^[vV][0-9A-Fa-f]+\\.[${UNRESERVED}${SUB_DELIMITERS}:]+$`);

function fits(text: string, pattern: RegExp): boolean {
  const match = pattern.exec(text);
  if (match === null) return false;
  const address = match[1];
  return address === undefined || isIpv6(address) || FUTURE_ADDRESS.test(address);
}

const VARIABLE = `(?:[A-Za-z0-9_]|${PERCENT})(?:\\.?(?:[A-Za-z0-9_]|${PERCENT}))*`;
const VARIABLE_SPEC = `${VARIABLE}(?::[1-9][0-9]{0,3}|\\*)?`;
const TEMPLATE = new RegExp(
  `^(?:[^\\u0000-\\u0020"%<>\\\\^\`{|}\\u007f-\\u009f]|${PERCENT}|` +
    `\\{[+#./;?&=,!@|]?${VARIABLE_SPEC}(?:,${VARIABLE_SPEC})*\\})*$`,
);

/** RFC 6570. */
export function isUriTemplate(text: string): boolean {
  return TEMPLATE.test(text);
}
