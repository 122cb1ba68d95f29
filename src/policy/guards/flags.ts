import type { FactKind, FactPlace } from '../../kernel/facts.ts'
import type { FlagRule } from './guard.ts'

/**
 * Flags that say nothing against a value. Every other one fails a guard that does not allow it, be
 * it known here or not: an analyser that learns to see something new must not open anything.
 */
const HARMLESS: Readonly<Record<FactKind, ReadonlySet<string>>> = {
  // Whatever a path is written like, what counts is where it leads; that was followed.
  path: new Set([
    'relative',
    'dot-segments',
    'traversal',
    'home',
    'linked',
    'glob',
    'repeated-slash',
  ]),
  url: new Set(['query', 'fragment', 'default-port', 'idn']),
  sql: new Set(['comment', 'star', 'unlimited', 'parameters', 'subquery', 'union', 'multiple']),
  // Operators, redirections and programs have rules of their own.
  shell: new Set(['multiple', 'pipe', 'redirection', 'comment']),
  recipient: new Set(['display', 'plus', 'idn']),
  // The sign has a rule of its own.
  amount: new Set(['negative', 'currency-unknown']),
  identifier: new Set([]),
  media: new Set([]),
  pattern: new Set([]),
}

/** The flags of a fact that a rule does not let pass. */
export function badFlags(kind: FactKind, { flags }: FactPlace, rule: FlagRule): readonly string[] {
  return flags.filter(
    (flag) => rule.deny.includes(flag) || !(HARMLESS[kind].has(flag) || rule.allow.includes(flag)),
  )
}
