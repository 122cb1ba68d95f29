import type { Certainty, Finding } from '../../kernel/finding.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import type { Reading } from './readings.ts'
import { type RuleId, ruleOf } from './rules.ts'
import type { DefinitionText } from './texts.ts'

/** What a rule says of a passage. Offsets are those of the reading that it was found in. */
export interface Hit {
  readonly rule: RuleId
  readonly start: number
  readonly end: number
  readonly certainty?: Certainty
  /** Shown instead of the passage: empty for what must not be shown. */
  readonly shown?: string
  /** Said after the reason of the rule. */
  readonly more?: string
}

const MOST_SHOWN = 200

/** The finding of a hit. */
export function findingOf(text: DefinitionText, reading: Reading, hit: Hit): Finding {
  const rule = ruleOf(hit.rule)
  const place = reading.place(hit.start, hit.end)
  return {
    rule: rule.id,
    severity: rule.severity,
    certainty: hit.certainty ?? rule.certainty,
    why: hit.more === undefined ? rule.why : `${rule.why}: ${hit.more}`,
    shown: hit.shown ?? spellOut(reading.text.slice(hit.start, hit.end).slice(0, 2000), MOST_SHOWN),
    control: rule.control,
    at: text.at,
    ...(text.inName ? { inName: true } : {}),
    start: place.start,
    end: place.end,
    via: reading.via,
  }
}
