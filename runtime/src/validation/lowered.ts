/**
 * The lowered schema as a generated validator carries it for explanations: JSON, definitions by name.
 * The code generator writes it; nothing else reads it.
 */
export type LoweredDefinitions = Readonly<Record<string, LoweredSchema>>;

/** `true`: anything. `false`: nothing. */
export type LoweredSchema = boolean | LoweredObject;

type Pairs<T> = readonly (readonly [name: string, value: T])[];

/** One meaning per keyword, whatever the draft; a keyword restricts only values of its own kind. */
export interface LoweredObject {
  readonly call?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly properties?: Pairs<LoweredSchema>;
  /** `true`: every name in `properties`. */
  readonly required?: true | readonly string[];
  readonly patternProperties?: Pairs<LoweredSchema>;
  readonly additionalProperties?: LoweredSchema;
  readonly propertyNames?: LoweredSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly dependentRequired?: Pairs<readonly string[]>;
  readonly dependentSchemas?: Pairs<LoweredSchema>;
  readonly prefix?: readonly LoweredSchema[];
  readonly rest?: LoweredSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: true;
  readonly contains?: {
    readonly schema: LoweredSchema;
    readonly min: number;
    readonly max?: number;
  };
  readonly remaining?: { readonly schema: LoweredSchema; readonly evaluated: LoweredEvaluated };
  readonly allOf?: readonly LoweredSchema[];
  readonly unions?: readonly LoweredUnion[];
  readonly not?: LoweredSchema;
  readonly if?: LoweredSchema;
  readonly then?: LoweredSchema;
  readonly else?: LoweredSchema;
}

/** Names that something in place looked at already. */
export interface LoweredEvaluated {
  readonly all?: true;
  readonly names?: readonly string[];
  readonly patterns?: readonly string[];
  readonly guarded?: readonly {
    readonly when: LoweredSchema;
    readonly evaluated: LoweredEvaluated;
  }[];
}

/** An anyOf or oneOf with the way to its branches. Branches are numbers into `branches`. */
export interface LoweredUnion {
  readonly keyword: 'anyOf' | 'oneOf';
  readonly branches: readonly LoweredSchema[];
  /** What people call each branch; `null` where it has no name. */
  readonly labels: readonly (string | null)[];
  /** Branches that allow a value of a kind other than object. */
  readonly kinds: Readonly<Record<string, readonly number[]>>;
  /** The way to the branches an object may match. */
  readonly tree: LoweredTree;
}

/** A leaf, a choice by a tag's value, or a choice by the presence of a name. */
export type LoweredTree =
  | readonly number[]
  | {
      readonly tag: string;
      readonly cases: readonly (readonly [values: readonly unknown[], tree: LoweredTree])[];
      readonly other: LoweredTree;
      readonly absent: LoweredTree;
    }
  | { readonly has: string; readonly yes: LoweredTree; readonly no: LoweredTree };
