import type { Determining, Lift } from '../../kernel/access.ts'
import type { ContentCategory, ContentFact } from '../../kernel/content.ts'
import { type ScreenMatch, type ScreenPlan, screened } from '../../kernel/screening.ts'
import { quoted } from '../public-text.ts'
import { screenId } from './screen.ts'

/** Screens that stop what arguments hold, as `forbid` policies would. */
export interface ScreenDenial {
  /** By id. */
  readonly determining: readonly Determining[]
  /** Who may release all of it; undefined: nobody. */
  readonly lift: Lift | undefined
}

const MOST_TYPES = 4
const WORDS: Readonly<Record<ContentCategory, string>> = {
  secret: 'a secret',
  personal: 'personal data',
  injection: 'instructions for a model',
  hidden: 'text that nobody sees',
  canary: 'a planted decoy',
  oversize: 'more than fits',
}
const REMEDIES: Readonly<Record<ContentCategory, string>> = {
  secret: 'leave the secret out, and let the server use credentials of its own',
  personal: 'leave the personal data out, or ask the operator',
  injection: 'leave the instructions out: say what they ask for in your own words',
  hidden: 'write the text plainly, without characters that nobody sees',
  canary: 'stop, and tell the operator what led to this call',
  oversize: 'send less at once',
}

/**
 * What a plan for arguments denies, by what was found in them; undefined: nothing. Once humans have
 * approved the call, what they may release passes. Reasons say what was found, and never its value.
 */
export function deniedBy(
  plan: ScreenPlan,
  found: readonly ContentFact[],
  approval: 'none' | 'granted',
): ScreenDenial | undefined {
  if (found.length === 0 || plan.rules.length === 0) return undefined
  const { action, matches, lift } = screened(plan, found)
  if (action !== 'block' && action !== 'withhold') return undefined
  if (action === 'withhold' && approval === 'granted') return undefined
  const stopping = matches.filter(
    ({ rule }) => rule.action === 'block' || rule.action === 'withhold',
  )
  const names = [...new Set(stopping.flatMap(({ screens }) => screens))].sort()
  return {
    determining: names.map((name) =>
      determining(
        name,
        stopping.filter(({ screens }) => screens.includes(name)),
      ),
    ),
    lift,
  }
}

function determining(name: string, matches: readonly ScreenMatch<ContentFact>[]): Determining {
  const byCategory = Map.groupBy(matches, ({ finding }) => finding.category)
  const kinds = Array.from(byCategory, ([category, all]) => {
    const types = [...new Set(all.map(({ finding }) => finding.type))].sort()
    const shown = types.slice(0, MOST_TYPES).map(quoted).join(', ')
    return `${WORDS[category]} (${shown}${types.length > MOST_TYPES ? ', …' : ''})`
  })
  return {
    policy: screenId({ name }),
    reason: `the arguments hold ${kinds.join(' and ')}`,
    remedy: [...byCategory.keys()].map((category) => REMEDIES[category]).join('; '),
  }
}
