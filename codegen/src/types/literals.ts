/**
 * A string as a TypeScript literal: its JSON text, without what ends a line for some readers (U+2028, U+2029), hides or
 * reorders what a reader sees, or ends a script element in a page that quotes the file.
 */
export function stringLiteral(value: string): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|<(?=[/!])/gu, unicodeEscapes);
}

/** A character as escapes that mean the same in any literal. */
export function unicodeEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** A property's name as it stands in a type: bare where it is a plain identifier, quoted otherwise. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : stringLiteral(name);
}

/** Text for a template literal type, between its holes. */
export function templateText(text: string): string {
  const quoted = stringLiteral(text).slice(1, -1).replaceAll('\\"', '"');
  return quoted.replace(/`|\$(?=\{)/g, '\\$&');
}
