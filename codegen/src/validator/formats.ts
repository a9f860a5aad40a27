/** The runtime's function for each format. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  date: 'isDate',
  'date-time': 'isDateTime',
  duration: 'isDuration',
  email: 'isEmail',
  hostname: 'isHostname',
  'idn-email': 'isIdnEmail',
  'idn-hostname': 'isIdnHostname',
  ipv4: 'isIpv4',
  ipv6: 'isIpv6',
  iri: 'isIri',
  'iri-reference': 'isIriReference',
  'json-pointer': 'isJsonPointer',
  regex: 'isRegex',
  'relative-json-pointer': 'isRelativeJsonPointer',
  time: 'isTime',
  uri: 'isUri',
  'uri-reference': 'isUriReference',
  'uri-template': 'isUriTemplate',
  uuid: 'isUuid',
};

const names: ReadonlyMap<string, string> = new Map(Object.entries(FUNCTIONS));

export const FORMAT_FUNCTIONS: ReadonlySet<string> = new Set(names.values());

/** Name of the function that the runtime exports for a format of the dialect. */
export function formatFunction(format: string): string {
  const name = names.get(format);
  if (name === undefined) throw new Error(`unknown format reached the validator: ${format}`);
  return name;
}
