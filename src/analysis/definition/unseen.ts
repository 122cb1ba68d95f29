import { isMixedScript } from '../text/confusables.ts'
import type { HiddenSpan } from '../text/hidden.ts'
import type { Hit } from './make-finding.ts'
import type { RuleId } from './rules.ts'

/** What stands in a text that people do not see, or see as something else. Offsets of the original text. */
export function unseenIn(text: string, hidden: readonly HiddenSpan[]): readonly Hit[] {
  return [...hidden.map((span) => hiddenHit(span)), ...lookAlikes(text)]
}

function hiddenHit({ kind, start, end, certainty, decoded }: HiddenSpan): Hit {
  const more = decoded === undefined ? kind : `${kind}, it reads \`${decoded.slice(0, 120)}\``
  return { rule: ruleFor(kind, certainty, decoded), start, end, certainty, more }
}

function ruleFor(kind: string, certainty: string, decoded: string | undefined): RuleId {
  if (decoded !== undefined) return 'hidden/payload'
  if (kind === 'ansi') return 'hidden/escape-sequence'
  return certainty === 'hint' ? 'hidden/odd-characters' : 'hidden/characters'
}

const WORDS = /[\p{L}\p{M}\p{N}_]{4,64}/gu
const ASCII_TEXT = /^[\t\n\r -~]*$/

/** Words of one alphabet with letters of another that look the same. Units and formulas are shorter. */
function lookAlikes(text: string): readonly Hit[] {
  if (ASCII_TEXT.test(text)) return []
  return [...text.matchAll(WORDS)]
    .filter(({ 0: word }) => isMixedScript(word) && !/[_\d]/.test(word))
    .map(({ 0: word, index }) => ({
      rule: 'hidden/look-alike',
      start: index,
      end: index + word.length,
    }))
}
