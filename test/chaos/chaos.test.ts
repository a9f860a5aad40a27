import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/project-root.js';
import type { FaultRow } from './audit.js';

const FAULTS = ['CLIENT KILL', 'SIGKILL', 'SIGSTOP', 'rolling restart', 'server SIGKILL'];

test('every promise is kept while processes, connections and the server die', {
  timeout: 150_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pspf-chaos-test-'));
  const json = join(folder, 'rows.json');
  try {
    await node('codegen/bin/pspf-gen.js', 'test/chaos/streams', '--out', '.cache/chaos/generated');
    await node('node_modules/typescript/bin/tsc', '-p', 'test/chaos');
    const cli = '.cache/chaos/dist/test/chaos/cli.js';
    const args = ['--seed', '1', '--minutes', '0', '--faults', FAULTS.join(), '--json', json];
    expect(await node(cli, ...args)).toContain('Every promise was kept.');

    const rows: FaultRow[] = JSON.parse(readFileSync(json, 'utf8'));
    expect(rows.map(({ fault }) => fault).sort()).toEqual(FAULTS);
    for (const row of rows) {
      expect(row).toMatchObject({ rounds: 1, lost: 0, unordered: 0 });
      expect(row.emitted).toBeGreaterThan(0);
      expect(row.handled + row.deadLettered + row.lostLastSecond).toBe(row.emitted);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What a program of the project prints; told whole where it fails. */
function node(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: projectRoot(), timeout: 140_000 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${args.join(' ')}\n${stdout}${stderr}`));
      },
    );
  });
}
