/** The text that stands at a place of a declaration; distinct places begin with distinct names. */
export type TextAt = (place: string) => string;

/** A declaration that has a text of somebody else wherever there can be one. */
export function declare(text: TextAt): {
  readonly declaration: unknown;
  /** Valid by it. */
  readonly payload: Readonly<Record<string, unknown>>;
} {
  const key = text('key');
  // A URI has no halves of characters.
  const definition = text('definition').replace(/\p{Cs}/gu, '');
  const branch = (name: string): object => ({
    title: text(`${name}Title`),
    description: text(`${name}About`),
    type: 'object',
    required: ['tag'],
    properties: { tag: { const: text(`${name}Tag`) }, [text(`${name}Field`)]: { type: 'string' } },
    additionalProperties: false,
  });
  const declaration = {
    stream: named(text('stream')),
    description: text('about'),
    group: named(text('group')),
    dlq: named(text('dlq')),
    key: `/${escaped(key)}`,
    evolution: 'open-reader',
    payload: {
      title: text('title'),
      description: text('description'),
      $comment: text('comment'),
      [`x-${text('keyword')}`]: text('unknown'),
      type: 'object',
      required: [key, 'union'],
      properties: {
        [key]: {
          description: text('keyAbout'),
          type: 'string',
          minLength: 1,
          default: text('default'),
          examples: [text('example'), { [text('exampleKey')]: text('exampleValue') }],
        },
        [text('choice')]: { enum: [text('first'), text('second'), 3, null] },
        [text('pattern')]: { type: 'string', pattern: literally(text('patternText')) },
        [text('reference')]: { $ref: `#/$defs/${encodeURIComponent(escaped(definition))}` },
        [text('format')]: { type: 'string', format: text('formatName') },
        union: { oneOf: [branch('left'), branch('right')] },
        tuple: { type: 'array', prefixItems: [{ const: text('item') }, { type: 'integer' }] },
      },
      patternProperties: { [literally(text('names'))]: { type: 'number' } },
      dependentRequired: { [text('choice')]: [text('pattern')] },
      $defs: {
        [definition]: {
          type: 'object',
          properties: { [text('inner')]: { not: { const: text('never') } } },
        },
      },
    },
  };
  const payload = {
    [key]: 'k',
    [text('choice')]: text('second'),
    [text('pattern')]: text('patternText'),
    [text('reference')]: { [text('inner')]: 'anything else' },
    [text('names')]: 7,
    union: { tag: text('rightTag'), [text('rightField')]: 'x' },
    tuple: [text('item'), 2],
  };
  return { declaration, payload };
}

/** As a name on the server may be: no control characters, nothing that pspf reserves. */
function named(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}{}#~]/gu, '').trim();
}

/** A pattern that matches this text and no other. */
function literally(text: string): string {
  const escapes = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return `^${escapes}$`;
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
