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

/** So far around a hidden passage, something may have been taken apart by it. */
const AROUND = 256

/**
 * What stands around what nobody sees, without it: what was taken apart with it comes together. The rest of
 * the text is in the view of it as it stands.
 */
export function visibleViews(text: string, spans: readonly HiddenSpan[]): readonly View[] {
  if (spans.length === 0) return []
  const writing = new Rewriting()
  let done = 0
  let until = 0
  for (const { start, end } of spans) {
    if (start < done) continue
    if (start - AROUND > until) {
      writing.add(text.slice(done, until), done, until)
      writing.add('\n\n', until, until)
      done = start - AROUND
    }
    writing.add(text.slice(done, start), done, start)
    done = end
    until = Math.min(text.length, end + AROUND)
  }
  writing.add(text.slice(done, until), done, until)
  const { text: seen, place } = writing.passage('hidden')
  return [{ text: seen, via: ['hidden'], place }]
}
