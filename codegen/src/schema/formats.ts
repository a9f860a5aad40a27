/**
 * The formats that validators assert: those of JSON Schema (2020-12, section 7.3 of its validation vocabulary),
 * whatever the draft. Others, such as OpenAPI's `int64`, are warned about and ignored.
 */
export const FORMATS = [
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'idn-email',
  'idn-hostname',
  'ipv4',
  'ipv6',
  'iri',
  'iri-reference',
  'json-pointer',
  'regex',
  'relative-json-pointer',
  'time',
  'uri',
  'uri-reference',
  'uri-template',
  'uuid',
] as const;

export type Format = (typeof FORMATS)[number];

export function isFormat(name: string): name is Format {
  return (FORMATS as readonly string[]).includes(name);
}
