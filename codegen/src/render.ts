import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';

/** Names brought in by one import or export statement. `from` is a printed string literal. */
export interface NamesFrom {
  readonly from: string;
  readonly typeOnly: boolean;
  readonly names: readonly { readonly name: string; readonly typeOnly: boolean }[];
}

/** A printed, exported type with its comment. */
export interface TypeView {
  readonly text: string;
}

/** Everything a stream module shows; every value is finished code, so that the template decides nothing. */
export interface StreamView {
  readonly banner: string;
  readonly imports: readonly NamesFrom[];
  readonly exports: readonly NamesFrom[];
  readonly types: readonly TypeView[];
  readonly payload: string;
  readonly contract: number;
  readonly stream: string;
  readonly group: string;
  readonly key: string | undefined;
  readonly retry: {
    readonly limit: number;
    readonly backoff: { readonly initial: number; readonly factor: number; readonly max: number };
  };
  readonly dlq: { readonly name: string | undefined; readonly maxLength: number };
  readonly timeout: number;
  readonly retain: string;
  readonly fingerprint: string;
  readonly classComment: string | undefined;
  readonly className: string;
}

export interface SharedView {
  readonly banner: string;
  readonly types: readonly TypeView[];
}

export interface IndexView {
  readonly banner: string;
  readonly modules: readonly NamesFrom[];
}

/** One function a template. */
export interface Renderer {
  stream(view: StreamView): string;
  shared(view: SharedView): string;
  index(view: IndexView): string;
}

/** Compile the templates: those of the package, or of the repository it is built in. */
export function loadRenderer(): Renderer {
  const folder = ['../templates/', '../../templates/']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  if (folder === undefined) throw new Error('pspf-gen: the templates are missing from the package');
  const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');

  const handlebars = Handlebars.create();
  for (const file of readdirSync(fileURLToPath(new URL('partials/', folder)))) {
    handlebars.registerPartial(file.replace(/\.hbs$/, ''), read(`partials/${file}`));
  }
  const compile = <V>(name: string): ((view: V) => string) =>
    handlebars.compile<V>(read(`${name}.hbs`), { noEscape: true, strict: true });
  return { stream: compile('stream'), shared: compile('shared'), index: compile('index') };
}
