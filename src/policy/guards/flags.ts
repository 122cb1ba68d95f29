import type { FactKind, FactPlace } from '../../kernel/facts.ts'
import type { FlagRule } from './guard.ts'

/**
 * Flags that say nothing against a value. Every other one fails a guard that does not allow it, be
 * it known here or not: an analyser that learns to see something new must not open anything.
 */
export const HARMLESS: Readonly<Record<FactKind, ReadonlySet<string>>> = {
  // However a path is written: each way to read it is a fact of its own, and must fit too.
  path: new Set([
    'alternate',
    'backslash',
    'drive',
    'encoded',
    'glob',
    'home',
    'linked',
    'quoted',
    'relative',
    'trailing',
    'traversal',
    'unicode',
    'url',
    'variable',
  ]),
  // Host, port and range have rules of their own.
  url: new Set(['idn', 'ip-literal', 'long', 'odd-port', 'trailing-dot']),
  // Statements, columns and limits have rules of their own, and a value that is bound says nothing.
  sql: new Set(['comment', 'multiple', 'parameter', 'star']),
  // Operators, redirections and each command have rules of their own.
  shell: new Set(['comment', 'multiple', 'pipe', 'redirection']),
  // Each of a group, and each that an address names besides, is a recipient of its own.
  recipient: new Set(['copy', 'group', 'idn', 'mailto', 'tag', 'trailing-dot']),
  // Its size and sign have rules of their own.
  amount: new Set(['huge', 'minor-units', 'negative', 'zero']),
  identifier: new Set(),
  // Type and size have rules of their own, however the content is embedded.
  media: new Set(['data-uri', 'encoded-text']),
  pattern: new Set(),
}

/** The flags of a fact that a rule does not let pass. */
export function badFlags(kind: FactKind, { flags }: FactPlace, rule: FlagRule): readonly string[] {
  return flags.filter(
    (flag) => rule.deny.includes(flag) || !(HARMLESS[kind].has(flag) || rule.allow.includes(flag)),
  )
}
