import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const IMPORTS = /^(?:import|export)\b[^;]*?from '([^']+)'|\bimport\('([^']+)'\)/gm;

/** What a module imports: packages by name, files by path from the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(IMPORTS)]
    .map(([, from, dynamic]) => from ?? dynamic ?? '')
    .map((to) =>
      to.startsWith('.') ? posix.join(posix.dirname(file), to).replace(/\.js$/, '.ts') : to,
    );
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);

const graph = new Map(
  ['runtime/src', 'codegen/src'].flatMap(sources).map((file) => [file, importsOf(file)] as const),
);

const offenders = (
  among: (file: string) => boolean,
  forbidden: (to: string, file: string) => boolean,
): string[] =>
  [...graph].flatMap(([file, imports]) =>
    among(file) ? imports.filter((to) => forbidden(to, file)).map((to) => `${file} -> ${to}`) : [],
  );

const within = (folder: string) => (file: string) => file.startsWith(folder);
const isPackage = (to: string) => !/^(runtime|codegen)\/src\//.test(to) && !to.startsWith('node:');

describe('who may import what', () => {
  test('the runtime and the generator know nothing of each other', () => {
    expect(
      offenders(within('runtime/'), (to) => to.startsWith('codegen/') || to === 'pspf-gen'),
    ).toEqual([]);
    expect(
      offenders(within('codegen/'), (to) => to.startsWith('runtime/') || to.startsWith('@pspf/')),
    ).toEqual([]);
  });

  test('each package imports only what it declares', () => {
    for (const workspace of ['runtime', 'codegen']) {
      const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
      const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
      const undeclared = offenders(
        within(`${workspace}/`),
        (to) => isPackage(to) && !declared.some((name) => to === name || to.startsWith(`${name}/`)),
      );
      expect(undeclared).toEqual([]);
    }
  });

  test('only the Valkey backend knows a client library, only the Prometheus entry knows prom-client', () => {
    expect(
      offenders(
        (file) => !file.startsWith('runtime/src/backend/valkey'),
        (to) => to.startsWith('iovalkey'),
      ),
    ).toEqual([]);
    expect(
      offenders(
        (file) => file !== 'runtime/src/prometheus.ts',
        (to) => to === 'prom-client',
      ),
    ).toEqual([]);
  });

  test('emit and consume know the backend interface, never a backend', () => {
    const backends = /^runtime\/src\/backend\/(?!(backend|keys|entry-id)\.ts$)/;
    expect(offenders(within('runtime/src/emit/'), (to) => backends.test(to))).toEqual([]);
    expect(offenders(within('runtime/src/consume/'), (to) => backends.test(to))).toEqual([]);
  });

  test('the schedule does no input or output and owns no clock', () => {
    const brain = /^runtime\/src\/consume\/(schedule|lanes|retry)/;
    const allowed = /^runtime\/src\/(consume\/|backend\/backend\.ts|definition\.ts|errors\.ts)/;
    expect(
      offenders(
        (file) => brain.test(file),
        (to) => !allowed.test(to),
      ),
    ).toEqual([]);
    const timed = [...graph.keys()]
      .filter((file) => brain.test(file))
      .filter((file) =>
        /\b(setTimeout|setInterval|Date\.now|performance\.now|await|Promise)\b/.test(
          readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
        ),
      );
    expect(timed).toEqual([]);
  });

  test('no module takes part in a cycle, types included', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): string | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' -> ');
      if (done.has(file)) return undefined;
      for (const to of graph.get(file) ?? []) {
        const cycle = graph.has(to) ? visit(to, [...path, file]) : undefined;
        if (cycle !== undefined) return cycle;
      }
      done.add(file);
      return undefined;
    };
    expect([...graph.keys()].map((file) => visit(file, [])).filter(Boolean)).toEqual([]);
  });

  test('generated code imports the runtime by one name, and its own siblings', () => {
    const foreign = sources('generated').flatMap((file) =>
      importsOf(file)
        .filter((to) => to !== '@pspf/runtime/generated' && dirname(to) !== 'generated')
        .map((to) => `${file} -> ${to}`),
    );
    expect(foreign).toEqual([]);
  });
});
