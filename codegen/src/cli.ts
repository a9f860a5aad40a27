import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Format, Output, Shown } from './commands/command.js';
import type { Run } from './commands/run.js';
import type { ImportExtension } from './generation.js';
import { nearest } from './near.js';
import { styleFor } from './report/style.js';

const PACKAGE: { version: string; description: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** A checkout or a linked package is under development: its version does not tell what it would make. */
const INSTALLED = /[\\/]node_modules[\\/]/.test(import.meta.url);

interface Options {
  readonly out: string;
  readonly importExtension?: 'js' | 'ts' | 'none';
  readonly format: Format;
  readonly force?: boolean;
}

const EXTENSIONS: Readonly<Record<string, ImportExtension>> = { js: '.js', ts: '.ts', none: '' };

async function main(args: readonly string[]): Promise<void> {
  const program = new Command('pspf-gen')
    .description(PACKAGE.description)
    .usage('[dir] [options]\n       pspf-gen <command> [dir] [options]')
    .version(PACKAGE.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
    .exitOverride();

  outputOptions(program.command('generate', { isDefault: true }))
    .description('make a typed client for every declaration (what runs where no command is named)')
    .addArgument(dirArgument())
    .option('--force', 'generate even where the manifest says that nothing changed')
    .allowExcessArguments()
    .action(async (dir: string, options: Options, command: Command) => {
      refuseMistyped(command, dir);
      const { generateCommand } = await import('./commands/generate.js');
      const trust = INSTALLED && !options.force;
      finish(await generateCommand(runOf(dir, options), trust, shownAs(options)));
    });
  outputOptions(program.command('check'))
    .description(
      'name every generated file that is stale, missing, orphaned or edited; exit 1 if there is one',
    )
    .addArgument(dirArgument())
    .action(async (dir: string, options: Options) => {
      const { checkCommand } = await import('./commands/check.js');
      finish(await checkCommand(runOf(dir, options), shownAs(options)));
    });
  program
    .command('list')
    .description(
      'print every declared stream with its group, dead-letter stream, retries and module',
    )
    .addArgument(dirArgument())
    .addOption(formatOption())
    .action(async (dir: string, options: Options) => {
      const { listCommand } = await import('./commands/list.js');
      finish(listCommand(dir, shownAs(options)));
    });
  program
    .command('explain')
    .description('print what a code like PSPF010 means; every code where none is given')
    .argument('[code]')
    .addOption(formatOption())
    .action(async (code: string | undefined, options: Options) => {
      const { explainCommand } = await import('./commands/explain.js');
      finish(explainCommand(code, shownAs(options)));
    });
  await program.parseAsync(args, { from: 'user' });
}

const EXAMPLES = `
Examples:
  pspf-gen ./streams                       write clients to ./generated
  pspf-gen ./streams --out src/streams     write them elsewhere
  pspf-gen check ./streams                 in CI: fail where generated code is stale
  pspf-gen help generate                   all options

Exit codes: 0 as it should be, 1 findings, 2 a problem.`;

function dirArgument(): Argument {
  return new Argument('[dir]', 'directory of the declarations, *.stream.{yaml,yml,json}')
    .default('streams', './streams')
    .argParser(pathGiven);
}

/** An unset variable of a shell script is not the working directory. */
function pathGiven(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty; name a directory.');
  return text;
}

function formatOption(): Option {
  return new Option('--format <format>', 'how findings and problems are printed')
    .choices(['text', 'json'])
    .default('text');
}

function outputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --out <dir>', 'directory of the generated files')
        .default('generated', './generated')
        .argParser(pathGiven),
    )
    .addOption(
      new Option(
        '--import-extension <extension>',
        'how generated files import each other; else by the nearest tsconfig.json',
      ).choices(Object.keys(EXTENSIONS)),
    )
    .addOption(formatOption());
}

function runOf(dir: string, { out, importExtension }: Options): Run {
  return {
    dir: shownPath(dir),
    out: shownPath(out),
    importExtension: importExtension && EXTENSIONS[importExtension],
    tool: PACKAGE.version,
    pipeline: async () => (await import('./generate.js')).generate,
  };
}

/** Relative to the working directory; an absolute path outside of it stays as it was given. */
function shownPath(given: string): string {
  const path = relative('', resolve(given)) || '.';
  return isAbsolute(given) && path.startsWith('..') ? resolve(given) : path;
}

function shownAs({ format }: Options): Shown {
  return {
    format,
    style: styleFor(process.stdout, process.env),
    errorStyle: styleFor(process.stderr, process.env),
  };
}

/** `pspf-gen chekc ./streams` is a mistyped command, not a directory that is not there. */
function refuseMistyped(command: Command, dir: string): void {
  const looksLikePath =
    /[\\/]|^\.{1,2}$/.test(dir) || statSync(dir, { throwIfNoEntry: false }) !== undefined;
  const names = command.parent?.commands.map((each) => each.name()) ?? [];
  const near = nearest(dir, names);
  if (!looksLikePath && (near || command.args.length > 1)) {
    const hint = near ? ` Did you mean '${near}'?` : ` Commands: ${names.join(', ')}.`;
    command.error(`error: there is no command and no directory '${dir}'.${hint}`);
  }
  if (command.args.length > 1) {
    command.error(
      `error: one directory at a time, and ${command.args.length} were given: ${command.args.join(', ')}`,
    );
  }
}

function finish({ exitCode, stdout, stderr }: Output): void {
  process.exitCode = exitCode;
  process.stderr.write(stderr);
  process.stdout.write(stdout);
}

/** Whoever reads our output may stop reading. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    const detail = process.env.PSPF_DEBUG ? `${stack}\n` : 'PSPF_DEBUG=1 shows where.\n';
    process.stderr.write(
      `pspf-gen ${PACKAGE.version} failed, and should not have: ${name}: ${message.split('\n', 1)[0]}. Please report it. ${detail}`,
    );
    process.exitCode = 2;
  }
}
