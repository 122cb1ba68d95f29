import { compileRule } from '../language/compile-policy.ts'
import type { Expression } from '../language/expression.ts'
import { printExpression } from '../language/print.ts'
import type { Rule } from '../language/read-policy.ts'
import type { Policy } from '../load-policy.ts'
import type { PolicySet } from '../policy.ts'
import { type Screen, screenId } from '../screens/screen.ts'
import { ARGUMENT_MEMBERS } from '../vocabulary.ts'
import { judgeBy, passes, type ReadyTest } from './run-tests.ts'
import { screenMutants } from './screen-mutants.ts'
import { withoutWord } from './word-mutants.ts'

/** One small thing wrong with a policy set. */
export interface Mutation {
  readonly policy: string
  readonly kind:
    | 'removed'
    | 'turned around'
    | 'lift dropped'
    | 'condition dropped'
    | 'alternative dropped'
    | 'changed'
  /** What was dropped or changed, as Cedar text or in the words of a document. */
  readonly text?: string
  readonly file: string
  readonly line: number
}

export interface MutationReport {
  readonly tried: number
  /** Mutations that no test notices. */
  readonly survivors: readonly Mutation[]
  /** Whether there would have been more to try. */
  readonly truncated: boolean
}

/** Mutations beyond this are not tried. */
const MOST = 2_000

/**
 * Every small mistake that a policy set could have: a policy gone, its effect turned around, nobody to
 * lift it, a condition gone, one of several alternatives gone; a screen gone, or any part of it gone or milder.
 * What only observes is left alone.
 */
export function* mutations(set: PolicySet): Generator<Mutated> {
  for (const [index, policy] of set.policies.entries())
    if (policy.mode === 'enforce') yield* ofPolicy(set, policy, index)
  for (const [index, screen] of set.screens.entries())
    if (screen.mode === 'enforce') yield* ofScreen(set, screen, index)
}

interface Mutated {
  readonly mutation: Mutation
  readonly set: PolicySet
}

function* ofPolicy(set: PolicySet, policy: Policy, index: number): Generator<Mutated> {
  const { id, file, line } = policy
  const mutated = (what: Pick<Mutation, 'kind' | 'text'>, ...instead: readonly Policy[]) => ({
    mutation: { policy: id, ...what, file, line },
    set: { ...set, policies: set.policies.toSpliced(index, 1, ...instead) },
  })
  for (const { rule, ...what } of mutants(policy.rule))
    yield mutated(what, ...(rule ? [withRule(policy, rule)] : []))
  if (policy.lift) yield mutated({ kind: 'lift dropped' }, { ...policy, lift: undefined })
}

function* ofScreen(set: PolicySet, screen: Screen, index: number): Generator<Mutated> {
  const { file, line } = screen
  for (const { screen: instead, ...what } of screenMutants(screen)) {
    const screens = set.screens.toSpliced(index, 1, ...(instead ? [instead] : []))
    yield {
      mutation: { policy: screenId(screen), ...what, file, line },
      set: { ...set, screens },
    }
  }
}

/** Which mistakes no test would notice. Only tests that pass count. */
export function survivingMutations(
  set: PolicySet,
  tests: readonly ReadyTest[],
  most: number = MOST,
): MutationReport {
  const unchanged = judgeBy(set)
  const passing = tests.filter((test) => passes(test, unchanged(test)))
  const survivors: Mutation[] = []
  let tried = 0
  for (const { mutation, set: mutated } of mutations(set)) {
    if (tried === most) return { tried, survivors, truncated: true }
    tried += 1
    const judged = judgeBy(mutated)
    if (passing.every((test) => passes(test, judged(test)))) survivors.push(mutation)
  }
  return { tried, survivors, truncated: false }
}

type Mutant = Pick<Mutation, 'kind' | 'text'> & { readonly rule: Rule | undefined }

function* mutants(rule: Rule): Generator<Mutant> {
  yield { kind: 'removed', rule: undefined }
  const effect = rule.effect === 'permit' ? 'forbid' : 'permit'
  yield { kind: 'turned around', rule: { ...rule, effect } }
  for (const [index, condition] of rule.conditions.entries()) {
    for (const { without, ...what } of dropped(condition)) {
      const conditions = rule.conditions.toSpliced(index, 1, ...(without ? [without] : []))
      yield { ...what, rule: { ...rule, conditions } }
    }
  }
}

interface Dropped {
  readonly kind: 'condition dropped' | 'alternative dropped'
  readonly text: string
  /** What is left; undefined: nothing. */
  readonly without: Expression | undefined
}

/**
 * Each part of `a && b && …`, each part of `a || b || …` where it stands for itself, and each word of a list
 * that flows are held against.
 */
function* dropped(condition: Expression): Generator<Dropped> {
  yield* droppedOf(condition, 'and', 'condition dropped')
  for (const { word, without } of withoutWord(condition))
    yield { kind: 'alternative dropped', text: word, without }
  const parts = flatten(condition, 'and')
  for (const [index, part] of parts.entries()) {
    const { inner, wrap } = unwrapped(part)
    if (inner.kind !== 'or') continue
    for (const { without, ...what } of droppedOf(inner, 'or', 'alternative dropped')) {
      if (without === undefined) continue
      yield { ...what, without: joined(parts.toSpliced(index, 1, wrap(without)), 'and') }
    }
  }
}

/** `unless { a || b }` is `!(a || b)`. */
function unwrapped(part: Expression): {
  readonly inner: Expression
  readonly wrap: (inner: Expression) => Expression
} {
  if (part.kind !== 'unary' || part.operator !== '!') return { inner: part, wrap: (one) => one }
  return { inner: part.operand, wrap: (operand) => ({ ...part, operand }) }
}

function* droppedOf(
  expression: Expression,
  kind: 'and' | 'or',
  what: Dropped['kind'],
): Generator<Dropped> {
  const parts = flatten(expression, kind)
  for (const [index, part] of parts.entries()) {
    const without = joined(parts.toSpliced(index, 1), kind)
    yield { kind: what, text: printExpression(part), without }
  }
}

function flatten(expression: Expression, kind: 'and' | 'or'): readonly Expression[] {
  if (expression.kind !== kind) return [expression]
  return [...flatten(expression.left, kind), ...flatten(expression.right, kind)]
}

function joined(parts: readonly Expression[], kind: 'and' | 'or'): Expression | undefined {
  const [first, ...others] = parts
  return first && others.reduce((left, right) => ({ kind, left, right }), first)
}

function withRule(policy: Policy, rule: Rule): Policy {
  return { ...policy, rule, compiled: compileRule(rule, ARGUMENT_MEMBERS) }
}
