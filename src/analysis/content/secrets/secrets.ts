import { judge, NAME_PARTS, probeName } from './assignments.ts'
import { type SecretHit, Sink } from './hits.ts'
import { buildLiteralIndex, type LiteralProbe } from './literal-index.ts'
import { NAMED_RULES, TOKEN_RULES } from './rules/all.ts'
import { STRUCTURES } from './structures/all.ts'
import { probeToken } from './tokens.ts'
import { LONGEST_VALUE } from './values.ts'

export type { SecretHit } from './hits.ts'

/** What is known about a text besides itself. */
export interface SecretContext {
  /** The name of the member, header or flag whose value the text is. */
  readonly name?: string
}

/** Finds secrets. Linear in the text, bounded in memory, total. */
export interface SecretFinder {
  /** What is a secret in a text, in its order and without overlaps. */
  find(text: string, context?: SecretContext): readonly SecretHit[]
}

/** A finder with the built-in rules. Building takes a few milliseconds: build one and keep it. */
export function createSecretFinder(): SecretFinder {
  const index = buildLiteralIndex<Sink>(probes())
  return {
    find(text, { name } = {}) {
      const sink = new Sink()
      if (name !== undefined) judgeWhole(name, text, sink)
      index.scan(text, sink)
      return sink.hits()
    },
  }
}

function probes(): readonly LiteralProbe<Sink>[] {
  const vendors = NAMED_RULES.flatMap(({ names }) => names)
  return [
    { literals: [...new Set([...NAME_PARTS, ...vendors])], probe: probeName(NAMED_RULES) },
    ...TOKEN_RULES.flatMap((rule) =>
      rule.keywords.map((keyword) => ({ literals: [keyword], probe: probeToken(rule, keyword) })),
    ),
    ...STRUCTURES.map(({ literals, probe }) => ({ literals, probe })),
  ]
}

/** The text as the value of a member of that name. */
function judgeWhole(name: string, text: string, sink: Sink): void {
  if (text.length > LONGEST_VALUE) return
  const start = text.length - text.replace(/^(?:bearer|basic|token|apikey|bot)?\s{0,8}/i, '').length
  const end = text.trimEnd().length
  const found = judge(name, text.slice(start, end), { how: 'quoted' }, NAMED_RULES)
  if (found !== undefined) sink.add({ ...found, start, end })
}
