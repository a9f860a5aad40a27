/**
 * A string as a TypeScript literal: its JSON text, without what ends a line for some readers (U+2028, U+2029) or a
 * script element in a page that quotes the file.
 */
export function stringLiteral(value: string): string {
  return JSON.stringify(value).replace(
    /[\u2028\u2029\u007f-\u009f\ufeff]|<(?=[/!])/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
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
