import { HELPERS } from './context.js';
import { FORMAT_FUNCTIONS } from './formats.js';

/** A function as text, with its constants under local names. */
export interface FunctionText {
  /** From `{` to `}`; the parameter is `data`. */
  readonly body: string;
  /** Texts of the constants that `body` calls `constant0$`, `constant1$`, … */
  readonly constants: readonly string[];
  /** Names of the runtime's functions that it uses. */
  readonly helpers: readonly string[];
}

export interface FunctionSource {
  readonly name: string;
  /** As ajv printed it. */
  readonly source: string;
  readonly constants: readonly string[];
  /** Names of the functions it calls. */
  readonly calls: readonly string[];
}

// What ajv prints around the code of our one keyword. Should an update print anything else, this fails.
const HEAD =
  /^function (validate\d+)\(data, \{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}\)\{\nlet vErrors = null;\nlet errors = 0;\n/;
const tail = (name: string): string =>
  `return true;\n${name}.errors = vErrors;\nreturn errors === 0;\n}\n`;

/**
 * Take the function out of what ajv printed: no context argument, no error bookkeeping.
 * Throws where anything is left that we do not know, so that nothing unexpected is ever printed.
 */
export function printFunction({ name, source, constants, calls }: FunctionSource): FunctionText {
  const [head, validateName = ''] = HEAD.exec(source) ?? [];
  const end = tail(validateName);
  if (head === undefined || !source.endsWith(end)) {
    throw new Error(`ajv printed an unknown frame for ${name}: pin its version\n${source}`);
  }
  const inner = source.slice(head.length, -end.length);
  const body = `{\n${inner}return true;\n}`;
  const used = identifiersOf(body);
  const known = new Set([...WORDS, ...declaredNames(body), ...calls, ...helperNames]);
  const localConstants = new Set(constants.map((_, index) => `constant${index}$`));
  for (const word of used) {
    if (!known.has(word) && !localConstants.has(word)) {
      throw new Error(`unknown name ${word} in the code printed for ${name}`);
    }
  }
  return { body, constants, helpers: [...used].filter((word) => helperNames.has(word)).sort() };
}

const helperNames: ReadonlySet<string> = new Set([...Object.keys(HELPERS), ...FORMAT_FUNCTIONS]);

/** The words of JavaScript and its library that printed functions are made of. */
const WORDS: ReadonlySet<string> = new Set(
  (
    'data if else return true false null undefined typeof let const for of continue break ' +
    'Array Number Object'
  ).split(' '),
);

/** Rewrite code, string literals untouched. */
export function mapCode(text: string, map: (code: string) => string): string {
  return text
    .split(/("(?:[^"\\\n]|\\.)*")/)
    .map((part, index) => (index % 2 === 0 ? map(part) : part))
    .join('');
}

/** The code without what stands in its string literals. */
function maskStrings(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

/** Every name in the code that is not a property's. */
function identifiersOf(text: string): ReadonlySet<string> {
  const matches = maskStrings(text).matchAll(/(?<![\w$.])[A-Za-z_$][\w$]*/g);
  return new Set([...matches].map(([word]) => word));
}

function declaredNames(text: string): string[] {
  const matches = maskStrings(text).matchAll(/\b(?:let|const) ([A-Za-z_$][\w$]*)/g);
  return [...matches].map(([, name = '']) => name);
}
