import { spellOut } from '../../kernel/visible-text.ts'
import type { View } from '../text/decode.ts'
import type { HiddenSpan } from '../text/hidden.ts'
import { Rewriting } from '../text/passage.ts'
import type { Detected } from './detect.ts'

/** What nobody sees in a text. */
export function* hiddenIn(text: string, spans: readonly HiddenSpan[]): Generator<Detected, void> {
  for (const { kind, start, end, certainty, decoded } of spans)
    yield {
      category: 'hidden',
      type: kind,
      rule: `hidden/${kind}`,
      start,
      end,
      severity: decoded === undefined ? 'medium' : 'high',
      certainty,
      why:
        decoded === undefined
          ? `characters of the kind \`${kind}\` are in the text, and nobody sees them`
          : `characters of the kind \`${kind}\` carry a text that nobody sees`,
      shown: spellOut(decoded ?? text.slice(start, end), 200),
      control: 'G2',
    }
}

/** The text without what nobody sees: what was taken apart with it comes together. */
export function visibleViews(text: string, spans: readonly HiddenSpan[]): readonly View[] {
  if (spans.length === 0) return []
  const writing = new Rewriting()
  let done = 0
  for (const { start, end } of spans) {
    if (start < done) continue
    writing.add(text.slice(done, start), done, start)
    done = end
  }
  writing.add(text.slice(done), done, text.length)
  const { text: seen, place } = writing.passage('hidden')
  return [{ text: seen, via: ['hidden'], place }]
}
