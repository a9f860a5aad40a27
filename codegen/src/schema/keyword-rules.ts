import { didYouMean } from '../near.js';
import type { TypeName } from './dialect.js';
import { isRecord, pointerTo } from './pointer.js';

/** What is wrong with the value of a keyword; `path` leads from the value to the place. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  readonly code?: 'PSPF039';
}

/** Whether JSON Schema allows a value for a keyword: every fault in it. Subschemas are judged where they stand. */
export type Rule = (value: unknown, keyword: string) => readonly Fault[];

export const TYPE_NAMES: readonly TypeName[] = [
  'null',
  'boolean',
  'integer',
  'number',
  'string',
  'array',
  'object',
];

export const anything: Rule = () => [];
export const string: Rule = must('a string', (value) => typeof value === 'string');
export const boolean: Rule = must('true or false', (value) => typeof value === 'boolean');
export const array: Rule = must('an array', Array.isArray);
export const object: Rule = must('an object', isRecord);
export const number: Rule = must('a number', (value) => typeof value === 'number');
export const positive: Rule = must(
  'a number above 0',
  (value) => typeof value === 'number' && value > 0,
);
export const count: Rule = must(
  'a whole number, 0 or more',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0,
);
export const schema: Rule = must('a schema: an object, true or false', isSchema);

export const exclusive: Rule = must(
  'a number',
  (value) => typeof value === 'number',
  (value) =>
    typeof value === 'boolean'
      ? 'Since draft-06 it is the bound itself: write `exclusiveMinimum: 0` in place of `minimum: 0` with `exclusiveMinimum: true`.'
      : undefined,
);

export const items: Rule = must('a schema: an object, true or false', isSchema, (value) =>
  Array.isArray(value)
    ? 'In 2020-12 the schemas of the first items stand in `prefixItems`, that of all others in `items`.'
    : undefined,
);

export const schemaList: Rule = (value, keyword) => {
  if (!Array.isArray(value) || value.length === 0) {
    return [{ path: '', message: `${keyword} must be a list of schemas, not ${shown(value)}` }];
  }
  return within(value.map((item, index) => [index, schema(item, `Each schema in ${keyword}`)]));
};

export const schemaOrList: Rule = (value, keyword) => {
  if (isSchema(value)) return [];
  // An empty list is allowed here, and says nothing.
  return Array.isArray(value) && value.length === 0 ? [] : schemaList(value, keyword);
};

export const schemaMap: Rule = (value, keyword) => {
  if (!isRecord(value)) return mapFault(value, keyword);
  return within(
    Object.entries(value).map(([name, each]) => [name, schema(each, `${keyword}.${name}`)]),
  );
};

export const patternMap: Rule = (value, keyword) => {
  if (!isRecord(value)) return mapFault(value, keyword);
  return within(
    Object.entries(value).map(([name, each]) => [
      name,
      [...pattern(name, 'A name in patternProperties'), ...schema(each, `${keyword}.${name}`)],
    ]),
  );
};

export const pattern: Rule = (value, keyword) => {
  if (typeof value !== 'string') return string(value, keyword);
  try {
    new RegExp(value, 'u');
    return [];
  } catch (error) {
    // V8 repeats the expression and its flags before the reason.
    const reason = String(error).replace(/^.*\/u: /s, '');
    return [
      {
        path: '',
        message: `${keyword} is not a regular expression: ${shown(value)}: ${reason}`,
        hint: 'It must be valid under the `u` flag of JavaScript, where only characters with a meaning may be escaped.',
        code: 'PSPF039',
      },
    ];
  }
};

export const type: Rule = (value, keyword) => {
  if (typeof value === 'string') return typeName(value);
  if (!Array.isArray(value) || value.length === 0) {
    return [
      {
        path: '',
        message: `${keyword} must be the name of a type or a list of them, not ${shown(value)}`,
        hint: `The types are ${TYPE_NAMES.join(', ')}.`,
      },
    ];
  }
  return [
    ...within(value.map((name, index) => [index, typeName(name)])),
    ...repeated(value, keyword),
  ];
};

export const required: Rule = (value, keyword) => {
  if (Array.isArray(value)) return nameList(value, keyword);
  const message = `${keyword} must be a list of property names, not ${shown(value)}`;
  if (typeof value !== 'boolean') return [{ path: '', message }];
  const hint = 'Name the property in the `required` list of the object that has it.';
  return [{ path: '', message, hint }];
};

export const dependentRequired: Rule = (value, keyword) => {
  if (!isRecord(value)) return mapFault(value, keyword);
  return within(
    Object.entries(value).map(([name, names]) => [name, required(names, `${keyword}.${name}`)]),
  );
};

export const dependencies: Rule = (value, keyword) => {
  if (!isRecord(value)) return mapFault(value, keyword);
  return within(
    Object.entries(value).map(([name, each]) => [
      name,
      (Array.isArray(each) ? nameList : schema)(each, `${keyword}.${name}`),
    ]),
  );
};

/** A JSON value as messages show it, shortened. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (text.length <= 40) return text;
  return `${text.slice(0, 37)}…${typeof value === 'string' ? '"' : ''}`;
}

function isSchema(value: unknown): boolean {
  return typeof value === 'boolean' || isRecord(value);
}

function must(
  what: string,
  holds: (value: unknown) => boolean,
  hintFor: (value: unknown) => string | undefined = () => undefined,
): Rule {
  return (value, keyword) => {
    if (holds(value)) return [];
    const hint = hintFor(value);
    const message = `${keyword} must be ${what}, not ${shown(value)}`;
    return [{ path: '', message, ...(hint !== undefined && { hint }) }];
  };
}

function mapFault(value: unknown, keyword: string): readonly Fault[] {
  const message = `${keyword} must be an object with a name for each entry, not ${shown(value)}`;
  return [{ path: '', message }];
}

function nameList(value: unknown, keyword: string): readonly Fault[] {
  if (!Array.isArray(value)) return array(value, keyword);
  const names = value.map(
    (name, index) => [index, string(name, `Each name in ${keyword}`)] as const,
  );
  return [...within(names), ...repeated(value, keyword)];
}

function repeated(values: readonly unknown[], keyword: string): readonly Fault[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index
      ? [{ path: pointerTo('', index), message: `${keyword} lists ${shown(value)} twice` }]
      : [],
  );
}

function within(
  faults: readonly (readonly [token: string | number, faults: readonly Fault[]])[],
): readonly Fault[] {
  return faults.flatMap(([token, each]) =>
    each.map((fault) => ({ ...fault, path: pointerTo('', token) + fault.path })),
  );
}

function typeName(value: unknown): readonly Fault[] {
  if (TYPE_NAMES.some((name) => name === value)) return [];
  const message = `There is no type ${shown(value)}`;
  const meant = typeof value === 'string' ? meantType(value) : undefined;
  const hint = meant ?? `The types are ${TYPE_NAMES.join(', ')}.`;
  return [{ path: '', message, hint }];
}

function meantType(name: string): string | undefined {
  const lower = name.toLowerCase();
  return new Map(Object.entries(OTHER_TYPES)).get(lower) ?? didYouMean(lower, TYPE_NAMES);
}

const OTHER_TYPES: Readonly<Record<string, string>> = {
  any: 'Leave `type` out where any value may stand.',
  bool: "Did you mean 'boolean'?",
  date: 'Write `type: string` with `format: date`.',
  datetime: 'Write `type: string` with `format: date-time`.',
  decimal: "Did you mean 'number'?",
  dict: "Did you mean 'object'?",
  double: "Did you mean 'number'?",
  float: "Did you mean 'number'?",
  int: "Did you mean 'integer'?",
  list: "Did you mean 'array'?",
  long: "Did you mean 'integer'?",
  map: "Did you mean 'object'?",
  str: "Did you mean 'string'?",
  text: "Did you mean 'string'?",
  timestamp: 'Write `type: string` with `format: date-time`, or `type: integer`.',
  uuid: 'Write `type: string` with `format: uuid`.',
};
