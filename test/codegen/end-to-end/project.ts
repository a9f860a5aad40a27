import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { folder } from '../folder.js';

export const BIN: string = fileURLToPath(
  new URL('../../../codegen/bin/pspf-gen.js', import.meta.url),
);

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as users run it, its output through pipes. */
export function pspfGen(
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env } };
    const child = execFile(process.execPath, [BIN, ...args], options, (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

export const ORDERS = `stream: orders
description: Orders placed in the shop.
group: order-workers
key: /customerId
evolution: open-reader
payload:
  title: Order
  type: object
  required: [id, customerId, total]
  properties:
    id: { type: string, format: uuid }
    customerId: { type: string, minLength: 1 }
    total: { $ref: ./schemas/money.yaml }
    note: { type: string, maxLength: 200 }
`;

export const REFUNDS = `${JSON.stringify(
  {
    stream: 'refunds',
    group: 'bookkeeping',
    retry: { limit: 3, backoff: { initial: '100ms', factor: 2, max: '1s' } },
    payload: {
      title: 'Refund',
      oneOf: [{ $ref: '#/$defs/granted' }, { $ref: '#/$defs/refused' }],
      $defs: {
        granted: {
          type: 'object',
          required: ['type', 'amount'],
          properties: { type: { const: 'granted' }, amount: { $ref: '../schemas/money.yaml' } },
        },
        refused: {
          type: 'object',
          required: ['type', 'why'],
          properties: { type: { const: 'refused' }, why: { enum: ['late', 'used'] } },
        },
      },
    },
  },
  undefined,
  2,
)}\n`;

export const MONEY = `title: Money
type: object
required: [amount, currency]
properties:
  amount: { type: integer }
  currency: { type: string, pattern: "^[A-Z]{3}$" }
`;

/** Two streams of two formats in two folders, with a schema in common. */
export const PROJECT: Readonly<Record<string, string>> = {
  'streams/orders.stream.yaml': ORDERS,
  'streams/billing/refunds.stream.json': REFUNDS,
  'streams/schemas/money.yaml': MONEY,
};

/** What a run on {@link PROJECT} makes. */
export const MADE: readonly string[] = [
  '_shared.ts',
  '_shared.validator.ts',
  'index.ts',
  'orders.ts',
  'orders.validator.ts',
  'pspf.manifest',
  'refunds.ts',
  'refunds.validator.ts',
];

/** A temporary folder with {@link PROJECT} and further files in it. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  return folder({ ...PROJECT, ...files });
}

/** Those of some files that lie in `generated`, by name. */
export function generated(files: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(files).filter(([path]) => path.startsWith('generated/'));
  return Object.fromEntries(own.map(([path, text]) => [path.slice('generated/'.length), text]));
}
