// npm packs nothing from outside a package and follows no symlinks, so the licence and the
// templates are copied in before packing and removed again afterwards.
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const [action, ...parts] = process.argv.slice(2);
const here = process.cwd();

if (action === 'add') {
  if (parts.includes('license')) cpSync(at('LICENSE'), `${here}/LICENSE`);
  if (parts.includes('templates'))
    cpSync(at('templates'), `${here}/templates`, { recursive: true });
} else if (action === 'clean') {
  for (const leftover of ['runtime/LICENSE', 'codegen/LICENSE', 'codegen/templates']) {
    rmSync(at(leftover), { recursive: true, force: true });
  }
} else {
  throw new Error(`usage: node pack.mjs add [license] [templates] | clean`);
}
