import type { Place, SourceFile } from '../source.js';

/** A declared stream, checked, with every default filled in. Durations are milliseconds. */
export interface Declaration {
  readonly file: SourceFile;
  /** Base name of the generated files: `orders` for `orders.stream.yaml`. */
  readonly module: string;
  /** Name of the generated class: `OrdersStream`. */
  readonly className: string;
  readonly stream: string;
  readonly description: string | undefined;
  readonly group: string;
  /** JSON pointer into the payload. Whether it reaches a required scalar is checked after lowering. */
  readonly key: string | undefined;
  readonly retry: {
    readonly limit: number;
    readonly backoff: { readonly initial: number; readonly factor: number; readonly max: number };
  };
  readonly dlq: { readonly name: string | undefined; readonly maxLength: number };
  readonly timeout: number;
  readonly retain: { readonly maxLength: number; readonly onFull: 'grow' | 'reject' } | 'none';
  readonly evolution: 'strict' | 'open-reader';
  /** Where the payload's schema stands, `/payload` of the declaration. */
  readonly payload: Place;
}

/** What a declaration tells about its payload: all that lowering reads of it. */
export type PayloadDeclaration = Pick<Declaration, 'file' | 'module' | 'key' | 'payload'>;
