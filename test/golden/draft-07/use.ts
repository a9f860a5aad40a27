import assert from 'node:assert/strict';
import { PspfError } from '@pspf/runtime';
import { MemoryStreamBackend } from '@pspf/runtime/testing';
import { TelemetryStream } from './expected/index.js';

export default async function use(): Promise<void> {
  const stream = new TelemetryStream({ backend: new MemoryStreamBackend() });
  await stream.emit({ sensor: 's', values: [1.5, 'ok'] });
  await stream.emit({ sensor: 's', values: [1.5], unit: 'K', calibrated: true });
  await assert.rejects(
    // @ts-expect-error 'unit' needs 'calibrated'
    stream.emit({ sensor: 's', values: [], unit: 'K' }),
    (error) => PspfError.is(error) && error.issues[0]?.pointer === '/calibrated',
  );
  await stream.close();
}
