import {
  _,
  type Code,
  type CodeKeywordDefinition,
  type KeywordCxt,
  type Name,
  nil,
} from 'ajv/dist/core.js';
import type { Schema, SchemaObject } from '../../schema/dialect.js';
import { type FunctionContext, maybe } from '../context.js';
import { isLeaf, type Tree } from '../dispatch.js';
import { isSimple } from '../simple.js';
import { and, failIf, judge, or } from './emit.js';
import { ifObject, mustBeObject, read } from './object.js';
import { predicate, refusal } from './predicate.js';
import type { Union } from './regroup.js';

/** `call`, `parts`, `union`, `condition` and `negation`: what other schemas say of the same value. */
export function inPlaceKeywords(context: FunctionContext): CodeKeywordDefinition[] {
  return [
    {
      keyword: 'call',
      code({ gen, schema, it }) {
        failIf(gen, _`!${context.call(schema)}(${it.data})`);
      },
    },
    {
      keyword: 'parts',
      code(cxt) {
        const parts: readonly Schema[] = cxt.schema;
        for (const part of parts) judge(cxt, part, cxt.it.data);
      },
    },
    {
      keyword: 'union',
      code(cxt) {
        const unions: readonly Union[] = cxt.schema;
        for (const union of unions) judgeUnion(cxt, context, union);
      },
    },
    {
      keyword: 'condition',
      code(cxt) {
        const condition: SchemaObject = cxt.schema;
        judgeCondition(cxt, context, condition);
      },
    },
    {
      keyword: 'negation',
      code({ gen, schema, it }) {
        failIf(gen, predicate(context, schema.schema, it.data));
      },
    },
  ];
}

function judgeCondition(cxt: KeywordCxt, context: FunctionContext, schema: SchemaObject): void {
  const { if: when = true, then = true, else: otherwise = true } = schema;
  const { gen, it } = cxt;
  const holds = predicate(context, when, it.data);
  const branch = (condition: Code, schemaOfBranch: Schema): void => {
    if (schemaOfBranch === true) return;
    gen.if(condition, () => maybe(context, () => judge(cxt, schemaOfBranch, it.data)));
  };
  branch(holds, then);
  branch(_`!(${holds})`, otherwise);
}

function judgeUnion(cxt: KeywordCxt, context: FunctionContext, union: Union): void {
  const { kinds, tree } = context.dispatchOf(union.branches);
  const leaf = (branches: readonly number[]): void => judgeLeaf(cxt, context, union, branches);
  const others = [...new Set([...kinds.values()].flat())].sort((a, b) => a - b);
  if (isLeaf(tree)) {
    // Nothing to choose: every branch refuses other kinds by itself.
    leaf([...new Set([...others, ...tree])].sort((a, b) => a - b));
    return;
  }
  if (others.length === 0) {
    mustBeObject(cxt, context);
    judgeTree(cxt, tree, leaf);
    return;
  }
  ifObject(
    cxt,
    context,
    () => judgeTree(cxt, tree, leaf),
    () => leaf(others),
  );
}

/** Code that follows the decisions to a leaf. */
function judgeTree(cxt: KeywordCxt, tree: Tree, leaf: (branches: readonly number[]) => void): void {
  const { gen, it } = cxt;
  if (isLeaf(tree)) {
    leaf(tree);
    return;
  }
  if ('has' in tree) {
    gen.if(_`${read(it.data, tree.has)} !== undefined`);
    judgeTree(cxt, tree.yes, leaf);
    gen.else();
    judgeTree(cxt, tree.no, leaf);
    gen.endIf();
    return;
  }
  const tag = gen.let('tag', read(it.data, tree.tag));
  const choices: [Code, Tree][] = tree.cases.map(({ values, tree: next }) => [
    or(values.map((value) => _`${tag} === ${value}`)),
    next,
  ]);
  if (JSON.stringify(tree.absent) !== JSON.stringify(tree.other)) {
    choices.push([_`${tag} === undefined`, tree.absent]);
  }
  for (const [index, [condition, next]] of choices.entries()) {
    if (index === 0) gen.if(condition);
    else gen.elseIf(condition);
    judgeTree(cxt, next, leaf);
  }
  gen.else();
  judgeTree(cxt, tree.other, leaf);
  gen.endIf();
}

/** Code that tries the branches that are left. */
function judgeLeaf(
  { gen, it }: KeywordCxt,
  context: FunctionContext,
  { keyword, branches }: Union,
  indexes: readonly number[],
): void {
  // What costs no call comes first.
  const simple = (index: number): boolean => isInline(branches[index]);
  const ordered = [...indexes.filter(simple), ...indexes.filter((index) => !simple(index))];
  const branchOf = (index: number): Schema => branches[index] ?? false;
  if (ordered.length === 0) gen.code(_`return false`);
  else if (ordered.length === 1 || keyword === 'anyOf') {
    failIf(gen, and(ordered.map((index) => refusal(context, branchOf(index), it.data))));
  } else {
    const verdicts = ordered.map((index) => _`(${predicate(context, branchOf(index), it.data)})`);
    const [first = nil, second = nil, ...more] = verdicts;
    if (more.length === 0) failIf(gen, _`${first} === ${second}`);
    else judgeExactlyOne(gen.let('matching', 0), verdicts);
  }

  function judgeExactlyOne(matching: Name, all: readonly Code[]): void {
    for (const [index, verdict] of all.entries()) {
      if (index === 0) gen.code(_`if ${verdict} ${matching}++`);
      else gen.code(_`if (${verdict} && ++${matching} > 1) return false`);
    }
    failIf(gen, _`${matching} !== 1`);
  }
}

function isInline(schema: Schema | undefined): boolean {
  return schema === undefined || typeof schema === 'boolean' || (isSimple(schema) && !schema.call);
}
