import { loadDeclarations } from '../../../codegen/dist/declaration/load.js';
import { diagnostic } from '../../../codegen/dist/diagnostics.js';
import type { Generate } from '../../../codegen/dist/generation.js';
import { banner } from '../../../codegen/dist/output/banner.js';
import { relativeTo } from '../../../codegen/dist/output/out-directory.js';

/** A pipeline as small as one can be: a file a declaration, with its data in it; `payload.warn` makes a warning. */
export const generate: Generate = async ({ dir, out, importExtension, loader }) => {
  const { value, diagnostics } = loadDeclarations(dir, loader);
  const files = new Map<string, string>();
  const warnings = [];
  const streams = [];
  for (const { module, file, stream } of value ?? []) {
    const shared = loader.load(file, './schemas/shared.json').value;
    const head = banner(relativeTo(out)(file.id));
    const data = JSON.stringify([file.value, shared?.value, importExtension]);
    files.set(`${module}.ts`, `${head}export default ${data};\n`);
    streams.push({ module, inputs: [file.id, ...(shared ? [shared.id] : [])] });
    if (stream.startsWith('warn')) {
      const at = file.locate('/stream', 'value');
      warnings.push(diagnostic('PSPF012', 'A warning', { at, severity: 'warning' }));
    }
  }
  return { value: { files, streams }, diagnostics: [...diagnostics, ...warnings] };
};
