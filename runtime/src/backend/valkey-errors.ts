import { PspfError, type PspfErrorCode, type PspfErrorDetails } from '../errors.js';
import type { BackendAddress } from './backend.js';
import { describeAddress } from './backend-errors.js';

/** What the server's error words mean to us (the first word of an error reply). */
const replies: Readonly<Record<string, readonly [code: PspfErrorCode, remedy: string]>> = {
  WRONGPASS: ['AUTH', 'Check user and password in the URL or in `credentials`.'],
  NOAUTH: ['AUTH', 'The server asks for a password: put it into the URL or into `credentials`.'],
  NOPERM: ['FORBIDDEN', "Extend the user's ACL."],
  DENIED: ['FORBIDDEN', "Configure a password, or turn off the server's protected mode."],
  WRONGTYPE: [
    'WRONG_TYPE',
    'Another program uses this key: choose another stream name or keyPrefix.',
  ],
  NOGROUP: ['GROUP_MISSING', 'A consumer creates the group when it starts.'],
  READONLY: ['NOT_PRIMARY', 'The server is a replica; the next call connects afresh.'],
  MASTERDOWN: ['NOT_PRIMARY', 'The replica has lost its primary; the next call connects afresh.'],
  LOADING: ['NOT_PRIMARY', 'The server still loads its data; try again later.'],
  UNBLOCKED: ['NOT_PRIMARY', 'The server changed its role; the next call connects afresh.'],
  OOM: ['OUT_OF_MEMORY', 'Raise `maxmemory`, or let streams keep less (`retain`).'],
  MOVED: [
    'NOT_SUPPORTED',
    'The server is one node of a cluster with several, which is not supported yet.',
  ],
  ASK: [
    'NOT_SUPPORTED',
    'The server is one node of a cluster with several, which is not supported yet.',
  ],
};

const retryableReplies = new Set([
  ...['NOGROUP', 'READONLY', 'MASTERDOWN', 'LOADING', 'UNBLOCKED', 'OOM'],
  ...['CLUSTERDOWN', 'TRYAGAIN', 'BUSY', 'NOREPLICAS', 'MISCONF'],
]);

export type ErrorContext = Pick<PspfErrorDetails, 'stream' | 'maybeWritten'>;

/** Turn whatever the client library or the server threw into one of ours; the only place that does. */
export function toPspfError(
  error: unknown,
  address: BackendAddress,
  context: ErrorContext = {},
): PspfError {
  if (PspfError.is(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'ReplyError')
    return replyError(text, address, context);
  return connectionError(error, text, address, context);
}

/** Whether this is the server's refusal with this first word. */
export function isReply(error: unknown, word: string): boolean {
  return error instanceof Error && error.name === 'ReplyError' && replyWord(error.message) === word;
}

/** The first word of an error reply: `OOM`, `NOGROUP`, `ERR`. */
function replyWord(text: string): string {
  return /^[A-Z]+(?= |$)/.exec(text)?.[0] ?? '';
}

/** An error reply of the server. It was certainly not executed. */
export function replyError(
  text: string,
  address: BackendAddress,
  context: ErrorContext = {},
): PspfError {
  const word = replyWord(text);
  const [code, remedy] = replies[word] ?? ['SERVER', ''];
  const about = context.stream === undefined ? '' : ` about stream "${context.stream}"`;
  const said = sayable(text);
  return new PspfError(
    code,
    `${describeAddress(address)} answered${about}: ${said} ${remedy}`.trim(),
    {
      ...context,
      maybeWritten: false,
      retryable: retryableReplies.has(word),
      cause: new Error(said),
    },
  );
}

/** What to do about a server that is not reached. */
export const CHECK_THE_URL =
  'Check that the server runs and that the URL, from configure({ url }), PSPF_URL or VALKEY_URL, leads to it.';

/** No server, or a connection that broke. */
function connectionError(
  error: unknown,
  text: string,
  address: BackendAddress,
  context: ErrorContext,
): PspfError {
  const code = codeOf(error);
  const isTls = /^ERR_(TLS|SSL)|CERT|^UNABLE_TO_|^EPROTO$/.test(code);
  const remedy = isTls
    ? 'Check that the scheme (valkeys:// means TLS) and the `tls` options, such as `ca`, fit the server.'
    : CHECK_THE_URL;
  const problem = (text.includes(code) ? text : `${text} (${code})`).trim();
  return new PspfError(
    'CONNECTION',
    `No connection to ${describeAddress(address)}: ${problem}. ${remedy}`,
    // The library's own errors carry the command with its arguments, a password for example.
    { ...context, retryable: !isTls, cause: new Error(problem) },
  );
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Without the arguments that the server repeats for a command it does not know, and of bounded length. */
function sayable(text: string): string {
  return text.replace(/,? with args beginning with:.*/s, '.').slice(0, 500);
}
