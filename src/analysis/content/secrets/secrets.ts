import { judge, NAME_PARTS, probeName } from './assignments.ts'
import { type SecretHit, Sink } from './hits.ts'
import { buildLiteralIndex, type LiteralProbe } from './literal-index.ts'
import { indexNamed } from './named-index.ts'
import type { OwnRules } from './own-rules/compile.ts'
import { OwnWindows, runOwn } from './own-rules/run.ts'
import { NAMED_RULES, TOKEN_RULES } from './rules/all.ts'
import { STRUCTURES } from './structures/all.ts'
import { probeToken } from './tokens.ts'
import { LONGEST_VALUE } from './values.ts'

const NAMED = indexNamed(NAMED_RULES)
/** Milliseconds that rules of operators have for one text. */
const DEADLINE = 50

/** What is known about a text besides itself. */
export interface SecretContext {
  /** The name of the member, header or flag whose value the text is. */
  readonly name?: string
}

export interface SecretScan {
  /** In the order of the text, without overlaps. */
  readonly hits: readonly SecretHit[]
  /** False when not everything was looked at: more hits than are kept, or own rules that took too long. */
  readonly complete: boolean
}

/** Finds secrets. Linear in the text, bounded in memory, total. */
export interface SecretFinder {
  scan(text: string, context?: SecretContext): SecretScan
  /** The hits of `scan`, for those to whom it does not matter whether there may be more. */
  find(text: string, context?: SecretContext): readonly SecretHit[]
}

export interface SecretFinderOptions {
  /** Rules of an operator, from `readOwnRules`. */
  readonly rules?: OwnRules
  /** Milliseconds for all of them on one text. */
  readonly deadline?: number
  /** Milliseconds that only grow. */
  readonly now?: () => number
}

interface Pass {
  readonly sink: Sink
  readonly windows: OwnWindows
}

/** A finder with the built-in rules and those of an operator. Building takes some milliseconds: keep it. */
export function createSecretFinder(options: SecretFinderOptions = {}): SecretFinder {
  const { rules = { list: [] }, deadline = DEADLINE, now = () => performance.now() } = options
  const index = buildLiteralIndex<Pass>([...builtIn(), ...ofOperator(rules)])
  const scan = (text: string, { name }: SecretContext = {}): SecretScan => {
    const sink = new Sink()
    const windows = new OwnWindows()
    if (name !== undefined) judgeWhole(name, text, sink)
    index.scan(text, { sink, windows })
    const end = now() + deadline
    const complete = runOwn(rules, windows, text, sink, () => now() > end)
    return { hits: sink.hits(), complete: complete && !sink.full }
  }
  return { scan, find: (text, context) => scan(text, context).hits }
}

function builtIn(): readonly LiteralProbe<Pass>[] {
  const vendors = NAMED_RULES.flatMap(({ names }) => names)
  const probes: readonly LiteralProbe<Sink>[] = [
    { literals: [...NAME_PARTS, ...vendors], probe: probeName(NAMED) },
    ...TOKEN_RULES.flatMap((rule) =>
      rule.keywords.map((keyword) => ({ literals: [keyword], probe: probeToken(rule, keyword) })),
    ),
    ...STRUCTURES,
  ]
  return probes.map(({ literals, probe }) => ({
    literals,
    probe: (text, at, end, { sink }) => probe(text, at, end, sink),
  }))
}

function ofOperator({ list }: OwnRules): readonly LiteralProbe<Pass>[] {
  return list.map((rule) => ({
    literals: rule.keywords,
    probe: (_text, at, end, { windows }) => windows.add(rule, at, end),
  }))
}

/** The text as the value of a member of that name. */
function judgeWhole(name: string, text: string, sink: Sink): void {
  if (text.length > LONGEST_VALUE) return
  const start =
    text.length - text.replace(/^(?:(?:bearer|basic|token|apikey|bot)\s{1,8})?\s{0,8}/i, '').length
  const end = text.trimEnd().length
  const found = judge(name, text.slice(start, end), { how: 'quoted' }, NAMED)
  if (found !== undefined) sink.add({ ...found, start, end })
}
