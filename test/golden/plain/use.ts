import assert from 'node:assert/strict';
import { PspfError } from '@pspf/runtime';
import { MemoryStreamBackend, waitFor } from '@pspf/runtime/testing';
import { type Signup, UserSignupsStream } from './expected/index.js';

const signup: Signup = { id: 1, email: 'ada@example.com', name: null, plan: 'team' };
// @ts-expect-error a closed schema refuses a typo
export const typo: Signup = { id: 1, email: 'ada@example.com', naem: 'Ada' };
// @ts-expect-error a required field is missing
export const missing: Signup = { id: 1 };

export default async function use(): Promise<void> {
  const stream = new UserSignupsStream({ backend: new MemoryStreamBackend() });
  const seen: Signup[] = [];
  stream.consume((payload) => {
    seen.push(payload);
  });
  await stream.emit(signup);
  await assert.rejects(
    stream.emit({ ...signup, email: 'nobody' }),
    (error) => PspfError.is(error, 'INVALID_PAYLOAD') && error.issues[0]?.pointer === '/email',
  );
  await waitFor(() => seen.length === 1);
  assert.deepEqual(seen, [signup]);
  await stream.close();
}
