import { RANKS, type Sink } from '../hits.ts'
import { entropyOf } from '../look.ts'
import type { CompiledRule, OwnRules } from './compile.ts'

/** How far around a keyword its rule looks; nothing longer is one secret. */
const REACH = 2048
/** Steps between two looks at the clock: characters times instructions, at worst. */
const STEPS = 4_000_000

interface Window {
  from: number
  to: number
}

/** The stretches of one text that each rule has to look at. */
export class OwnWindows {
  readonly #windows = new Map<CompiledRule, Window[]>()

  /** A keyword of the rule stands there. */
  add(rule: CompiledRule, at: number, end: number): void {
    const list = this.#windows.get(rule) ?? []
    if (list.length === 0) this.#windows.set(rule, list)
    const last = list.at(-1)
    const from = Math.max(0, at - REACH)
    if (last !== undefined && from <= last.to) last.to = end + REACH
    else list.push({ from, to: end + REACH })
  }

  of(rule: CompiledRule, text: string): readonly Readonly<Window>[] {
    return rule.keywords.length === 0
      ? [{ from: 0, to: text.length }]
      : (this.#windows.get(rule) ?? [])
  }
}

/** Runs the rules of an operator over their stretches. False when the time was over before the end. */
export function runOwn(
  { list }: OwnRules,
  windows: OwnWindows,
  text: string,
  sink: Sink,
  isOver: () => boolean,
): boolean {
  for (const rule of list) {
    const width = Math.max(2 * REACH, Math.floor(STEPS / rule.program))
    for (const { from, to } of windows.of(rule, text))
      for (let at = from; at < Math.min(to, text.length); at += width - REACH) {
        if (isOver()) return false
        runOn(rule, text.slice(at, Math.min(to, at + width)), at, sink)
      }
  }
  return true
}

function runOn(rule: CompiledRule, part: string, offset: number, sink: Sink): void {
  const matcher = rule.regex.matcher(part)
  while (matcher.find()) {
    const start = matcher.start(rule.secretGroup)
    const end = matcher.end(rule.secretGroup)
    if (start < 0 || end <= start) continue
    const secret = part.slice(start, end)
    if (entropyOf(secret) < rule.entropy || isAllowed(rule, secret)) continue
    const why = `it matches a rule of this installation: ${rule.description}`
    sink.add({
      type: rule.id,
      start: offset + start,
      end: offset + end,
      certainty: 'likely',
      why,
      rank: RANKS.own,
    })
  }
}

function isAllowed(rule: CompiledRule, secret: string): boolean {
  const lower = secret.toLowerCase()
  return (
    rule.stopwords.some((word) => lower.includes(word)) ||
    rule.allowed.some((form) => form.matcher(secret).find())
  )
}
