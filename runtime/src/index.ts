// For applications.

export {
  type Issue,
  PspfError,
  type PspfErrorCode,
  RejectError,
  RetryAfterError,
} from './errors.js';
export type {
  EmitContext,
  EmitResult,
  Interceptor,
  ProcessContext,
  RuntimeEvent,
} from './interceptor.js';
export type { Handler, Message } from './message.js';
