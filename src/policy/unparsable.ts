import type { Determining } from '../kernel/access.ts'
import type { Unparsable } from '../kernel/facts.ts'
import { UNPARSABLE } from './annotations.ts'
import { quoted } from './public-text.ts'

const MOST_NAMED = 4

/** The rule that denies what is permitted when an argument cannot be read as what it should be. */
export function unparsable(all: readonly Unparsable[]): Determining {
  const named = all.slice(0, MOST_NAMED).map(({ at, kind, why }) => {
    const place = at === '' ? 'the arguments' : quoted(at)
    return `${place} cannot be read as ${kind}: ${why}`
  })
  const more = all.length > MOST_NAMED ? [`and ${all.length - MOST_NAMED} more`] : []
  return {
    policy: UNPARSABLE,
    reason: [...named, ...more].join('; '),
    remedy: 'write these arguments in a plain form, or ask the operator what they should be',
  }
}
