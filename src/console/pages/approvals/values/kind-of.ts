import type { Facts } from '../../../../kernel/facts.ts'
import { addressOf } from './address.ts'
import { isDiff } from './edits.ts'

/** How a text is drawn. */
export type TextKind = 'sql' | 'shell' | 'diff' | 'address' | 'path' | 'text'

/** What a text is, by what analysers read in it and then by its shape. */
export function kindOf(text: string, at: string, facts: Facts): TextKind {
  const read = (members: readonly { readonly at: string }[]): boolean =>
    members.some((fact) => fact.at === at)
  if (isDiff(text)) return 'diff'
  if (read(facts.sql)) return 'sql'
  if (read(facts.shell)) return 'shell'
  if (addressOf(text) !== undefined && !/\s/.test(text.trim())) return 'address'
  return facts.paths.some((fact) => fact.at === at && fact.text === text) ? 'path' : 'text'
}
